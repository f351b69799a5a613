import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

interface Props {
  title: string;
  aside?: ReactNode; // Right of the title.
  toolbar?: ReactNode; // Below it: filters.
  fill?: boolean; // The content takes the rest of the height and scrolls itself, as long lists do.
  children: ReactNode;
}

export function Page({ title, aside, toolbar, fill = false, children }: Props) {
  useDocumentTitle(title);
  return (
    <div className={classes.page} data-fill={fill || undefined}>
      <header className={classes.header}>
        <h1 className={classes.title}>{title}</h1>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </header>
      {toolbar}
      {children}
    </div>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · decnet`;
  }, [title]);
}
