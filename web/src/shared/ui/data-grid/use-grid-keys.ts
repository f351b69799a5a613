import type { KeyboardEvent, RefObject } from 'react';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import { copyText } from '@/shared/lib/clipboard';
import type { Shortcut } from '@/shared/lib/shortcuts';
import type { RowSource } from './types';
import type { ActiveRow } from './use-active-row';

export interface RowActions<T> {
  open?: (row: T, full: boolean) => void;
  copy?: (row: T) => string;
  only?: (row: T) => void; // Filter for what the row is about.
  without?: (row: T) => void;
}

interface Options<T> {
  source: RowSource<T>;
  active: ActiveRow;
  move: (index: number) => void;
  actions: RowActions<T> | undefined;
  scroller: RefObject<HTMLDivElement | null>;
}

const kPageRows = 15;

export function useGridKeys<T>({ source, active, move, actions, scroller }: Options<T>): (event: KeyboardEvent) => void {
  const step = (by: number): void => {
    move(active.index === null ? 0 : active.index + by);
  };
  const enter = (by: number): void => {
    if (document.activeElement !== scroller.current) scroller.current?.focus({ preventScroll: true });
    step(by);
  };
  const withRow = (act: ((row: T) => void) | undefined) => (): void => {
    if (active.index !== null) act?.(source.rowAt(active.index));
  };
  const { open, copy, only, without } = actions ?? {};
  const list: Shortcut[] = [
    { keys: 'j', label: 'Next row', group: 'Lists', run: () => { enter(1); } },
    { keys: 'k', label: 'Previous row', group: 'Lists', run: () => { enter(-1); } },
  ];
  if (open) list.push({ keys: 'o', label: 'Open the row as a page', group: 'Lists', run: withRow((row) => { open(row, true); }) });
  if (copy) list.push({ keys: 'y', label: 'Copy the value of the row', group: 'Lists', run: withRow((row) => void copyText(copy(row))) });
  if (only) list.push({ keys: 'f', label: 'Filter for the row', group: 'Lists', run: withRow(only) });
  if (without) list.push({ keys: 'shift+f', label: 'Filter the row out', group: 'Lists', run: withRow(without) });
  useShortcuts(list);

  return (event) => {
    if (event.target !== scroller.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const jumps: Record<string, () => void> = {
      ArrowDown: () => { step(1); },
      ArrowUp: () => { step(-1); },
      PageDown: () => { step(kPageRows); },
      PageUp: () => { step(-kPageRows); },
      Home: () => { move(0); },
      End: () => { move(source.count - 1); },
      Enter: withRow((row) => open?.(row, event.shiftKey)),
    };
    const act = jumps[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}
