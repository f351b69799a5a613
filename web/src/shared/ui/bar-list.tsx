import type { ReactNode } from 'react';
import classes from './bar-list.module.css';

export interface BarRow {
  key: string;
  label: ReactNode;
  value: number; // Decides the length of the bar.
  text: ReactNode; // The value as it is read.
}

// A ranked list; the bar behind a row shows its share of the greatest.
export function BarList({ label, rows }: { label: string; rows: readonly BarRow[] }) {
  const top = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ol className={classes.list} aria-label={label}>
      {rows.map(({ key, label: name, value, text }) => (
        <li key={key} className={classes.row}>
          <span className={classes.bar} style={{ width: `${String((value / top) * 100)}%` }} aria-hidden />
          <span className={classes.label}>{name}</span>
          <span className={classes.value}>{text}</span>
        </li>
      ))}
    </ol>
  );
}
