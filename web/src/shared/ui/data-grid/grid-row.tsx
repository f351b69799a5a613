import { memo } from 'react';
import { TabStopContext } from '@/shared/ui/chip-context';
import classes from './data-grid.module.css';
import type { Column } from './types';

interface Props<T> {
  id: string;
  row: T;
  index: number;
  start: number;
  columns: readonly Column<T>[];
  active: boolean;
  selected: boolean;
  clickable: boolean;
  onPick: (full: boolean) => void;
}

function Row<T>({ id, row, index, start, columns, active, selected, clickable, onPick }: Props<T>) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid around it has the focus and the keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={clickable ? selected : undefined}
      className={classes.row}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-clickable={clickable || undefined}
      style={{ transform: `translateY(${String(start)}px)` }}
      onClick={clickable ? (event) => { onPick(event.ctrlKey || event.metaKey); } : undefined}
    >
      <TabStopContext value={active}>
        {columns.map((column) => (
          <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
            {column.cell(row)}
          </div>
        ))}
      </TabStopContext>
    </div>
  );
}

// Rows do not change while they stand still; only what they stand for, where, and whether they are current counts.
export const GridRow = memo(Row, (a, b) =>
  a.row === b.row && a.index === b.index && a.start === b.start && a.columns === b.columns && a.active === b.active && a.selected === b.selected,
) as typeof Row;
