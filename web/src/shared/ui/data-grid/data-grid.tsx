import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, type ReactNode, type Ref } from 'react';
import classes from './data-grid.module.css';
import { GridHead } from './grid-head';
import { GridRow } from './grid-row';
import { leastWidth, type Column, type GridHandle, type RowSource } from './types';
import { useActiveRow } from './use-active-row';
import { useGridKeys, type RowActions } from './use-grid-keys';

export const kRowPx = 30;
const kFetchAhead = 40; // Rows before the end at which the next page is asked for.

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  source: RowSource<T>;
  rowKey: (row: T) => string;
  total?: number; // Where the server counted.
  hasMore?: boolean;
  fetchMore?: () => void;
  sort?: string;
  onSort?: (sort: string) => void;
  actions?: RowActions<T>;
  selectedKey?: string; // The row whose details are open.
  onScrolledAway?: (away: boolean) => void;
  foot?: ReactNode;
  handle?: Ref<GridHandle>;
}

// A table of any length: only the rows in sight are in the document. One tab stop; arrows or j and k move, Enter opens.
export function DataGrid<T>(props: Props<T>) {
  const { label, columns, source, rowKey, hasMore = false, fetchMore, actions, onScrolledAway, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer keeps its own state; nothing here is memoised over it
  const virtual = useVirtualizer({
    count: source.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => kRowPx,
    overscan: 12,
    scrollPaddingStart: kRowPx,
  });
  const active = useActiveRow(source, rowKey);
  const move = (index: number): void => {
    if (source.count === 0) return;
    const next = Math.min(Math.max(index, 0), source.count - 1);
    active.set(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const onKeyDown = useGridKeys({ source, active, move, actions, scroller });

  useEffect(() => {
    const element = scroller.current;
    if (typeof handle !== 'object' || handle === null || !element) return;
    handle.current = {
      scrollToTop: () => {
        element.scrollTop = 0;
      },
    };
  }, [handle]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= source.count - kFetchAhead) fetchMore?.();
  }, [hasMore, last, source.count, fetchMore]);

  const template = columns.map(({ width }) => width).join(' ');
  const rowId = (key: string): string => `${id}-${key}`;
  const shown = active.index !== null && items.some(({ index }) => index === active.index);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore && props.total === undefined ? -1 : (props.total ?? source.count) + 1}
      aria-activedescendant={shown && active.key !== null ? rowId(active.key) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onScrolledAway?.(event.currentTarget.scrollTop > kRowPx)}
      style={{ '--columns': template, '--least': `${String(leastWidth(columns) + 28)}px` } as React.CSSProperties}
    >
      <GridHead columns={columns} sort={props.sort} onSort={props.onSort} />
      <div className={classes.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = source.rowAt(index);
          const key = rowKey(row);
          return (
            <GridRow
              key={key}
              id={rowId(key)}
              row={row}
              index={index}
              start={start}
              columns={columns}
              active={index === active.index}
              selected={key === props.selectedKey}
              onPick={(full) => {
                active.set(index);
                actions?.open?.(row, full);
              }}
              clickable={actions?.open !== undefined}
            />
          );
        })}
      </div>
      {props.foot}
    </div>
  );
}
