import type { ReactNode } from 'react';
import { Brand } from '@/shared/ui/brand';
import { useDocumentTitle } from '@/shared/ui/page';
import classes from './gate.module.css';

// The frame of the pages outside the frame: a form in the middle.
export function Gate({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useDocumentTitle(title);
  return (
    <main className={classes.gate}>
      <div className={classes.card}>
        <Brand />
        <h1 className={classes.title}>{title}</h1>
        {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
