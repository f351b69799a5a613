import type { ReactNode } from 'react';
import classes from './tag.module.css';

export type Tone = 'red' | 'amber' | 'blue' | 'green' | 'gray';

interface Props {
  tone?: Tone;
  dot?: boolean;
  title?: string;
  children: ReactNode;
}

// A tinted word. The word says it, the colour only helps.
export function Tag({ tone = 'gray', dot = false, title, children }: Props) {
  return (
    <span className={classes.tag} data-tone={tone} title={title}>
      {dot && <span className={classes.dot} aria-hidden />}
      {children}
    </span>
  );
}
