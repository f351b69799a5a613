import { Anchor } from '@mantine/core';
import IconChevronLeft from '@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs';
import { useRouter } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import { useGo } from '@/shared/hooks/use-go';
import classes from './detail.module.css';
import { Page } from './page';

// Pieces of a detail view, which stands in the drawer or on a page of its own.

export function DetailHeading({ title, aside }: { title: ReactNode; aside?: ReactNode }) {
  return (
    <div className={classes.heading}>
      <div className={classes.title}>{title}</div>
      {aside}
    </div>
  );
}

export function DetailSection({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header className={classes.sectionHead}>
        <h2 id={id} className={classes.sectionTitle}>
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

// A detail view as a page.
export function DetailPage({ title, back, children }: { title: string; back: { label: string; path: string }; children: ReactNode }) {
  const go = useGo();
  const { history } = useRouter();
  return (
    <Page
      title={title}
      aside={
        <Anchor
          component="button"
          type="button"
          className={classes.back}
          onClick={() => {
            if (history.canGoBack()) history.back();
            else go(back.path);
          }}
        >
          <IconChevronLeft size={15} aria-hidden /> Back
        </Anchor>
      }
    >
      <div className={classes.page}>{children}</div>
    </Page>
  );
}
