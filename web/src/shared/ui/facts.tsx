import type { ReactNode } from 'react';
import classes from './facts.module.css';

// Names and values of one thing, as a description list.
export function Facts({ items }: { items: readonly (readonly [name: string, value: ReactNode] | null)[] }) {
  return (
    <dl className={classes.facts}>
      {items.map((item) =>
        item === null ? null : (
          <div key={item[0]} className={classes.row}>
            <dt className={classes.name}>{item[0]}</dt>
            <dd className={classes.value}>{item[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
