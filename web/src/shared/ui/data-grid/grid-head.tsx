import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import classes from './data-grid.module.css';
import type { Column } from './types';

interface Props<T> {
  columns: readonly Column<T>[];
  sort?: string;
  onSort?: (sort: string) => void;
}

function ariaSort(column: { down: string; up?: string }, sort: string | undefined): 'ascending' | 'descending' | 'none' {
  if (sort === column.down) return column.down.startsWith('-') ? 'descending' : 'ascending';
  return sort !== undefined && sort === column.up ? 'ascending' : 'none';
}

export function GridHead<T>({ columns, sort, onSort }: Props<T>) {
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map((column) => {
          const by = column.sort;
          if (!by || !onSort) {
            return (
              <div key={column.id} role="columnheader" className={classes.headCell} data-align={column.align}>
                {column.header}
              </div>
            );
          }
          const state = ariaSort(by, sort);
          return (
            <div key={column.id} role="columnheader" aria-sort={state} className={classes.headCell} data-align={column.align}>
              <button
                type="button"
                className={classes.sort}
                data-on={state !== 'none' || undefined}
                onClick={() => {
                  onSort(sort === by.down && by.up ? by.up : by.down);
                }}
              >
                {column.header}
                {state === 'descending' && <IconArrowDown size={13} aria-hidden />}
                {state === 'ascending' && <IconArrowUp size={13} aria-hidden />}
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
