import { useMemo, type ReactNode } from 'react';
import type { RowsQuery } from '@/shared/api/paging';
import { DataGrid } from './data-grid/data-grid';
import { arraySource, type Column } from './data-grid/types';
import type { RowActions } from './data-grid/use-grid-keys';
import classes from './list-card.module.css';
import { EmptyByFilter, Failure, Loading } from './states';

interface Props<T> {
  label: string;
  what: string; // "attackers", for sentences.
  list: RowsQuery<T>;
  rows?: readonly T[]; // Where some of the list's rows are hidden.
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  filtered?: boolean;
  onClear?: () => void;
  empty: ReactNode;
  actions?: RowActions<T>;
  selectedKey?: string;
  onScrolledAway?: (away: boolean) => void;
  height?: number; // Inside a detail view; without it the list takes what is left of the page.
}

// A list of the API in a card, with all of its states.
export function ListCard<T>({ list, rows = list.rows, what, empty, filtered = false, onClear, height, ...grid }: Props<T>) {
  const source = useMemo(() => arraySource(rows), [rows]);
  return (
    <div className={classes.card} data-boxed={height === undefined || undefined} style={height === undefined ? undefined : { height }}>
      {list.query.data === undefined ? (
        list.query.isError ? <Failure error={list.query.error} onRetry={() => void list.query.refetch()} /> : <Loading rows={10} label={`Loading ${what}`} />
      ) : rows.length === 0 && !list.hasMore ? (
        filtered && onClear ? <EmptyByFilter what={what} onClear={onClear} /> : empty
      ) : (
        <DataGrid {...grid} source={source} total={list.total} hasMore={list.hasMore} fetchMore={list.fetchMore} />
      )}
    </div>
  );
}
