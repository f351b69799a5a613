import { useId, type ReactNode } from 'react';
import classes from './panel.module.css';

interface Props {
  title: ReactNode;
  aside?: ReactNode; // Right of the title: a count, a link, a stale note.
  level?: 2 | 3;
  flush?: boolean; // The content brings its own padding, as tables do.
  className?: string;
  children: ReactNode;
}

// A titled card.
export function Panel({ title, aside, level = 2, flush = false, className, children }: Props) {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={`${classes.panel ?? ''} ${className ?? ''}`} aria-labelledby={id}>
      <header className={classes.header}>
        <Heading id={id} className={classes.title}>
          {title}
        </Heading>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </header>
      <div className={classes.body} data-flush={flush || undefined}>
        {children}
      </div>
    </section>
  );
}
