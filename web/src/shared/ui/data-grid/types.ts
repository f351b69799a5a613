import type { ReactNode } from 'react';

export interface Column<T> {
  id: string;
  header: string;
  width: string; // A track of CSS grid: "120px", "minmax(140px, 1fr)".
  align?: 'end';
  sort?: { down: string; up?: string }; // The values of the API's `sort`.
  cell: (row: T) => ReactNode;
}

// What is shown: an array or anything that can be asked row by row.
export interface RowSource<T> {
  count: number;
  rowAt: (index: number) => T;
}

export interface GridHandle {
  scrollToTop: () => void;
}

export function arraySource<T>(rows: readonly T[]): RowSource<T> {
  return { count: rows.length, rowAt: (index) => rows[index] as T };
}

// The least width at which a row is still readable; narrower containers scroll sideways.
export function leastWidth<T>(columns: readonly Column<T>[]): number {
  return columns.reduce((sum, { width }) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? 80), 0);
}
