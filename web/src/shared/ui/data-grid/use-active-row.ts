import { useState } from 'react';
import type { RowSource } from './types';

export interface ActiveRow {
  key: string | null;
  index: number | null;
  set: (index: number) => void;
}

// The current row of a list. It stays on its row when others arrive above it.
export function useActiveRow<T>(source: RowSource<T>, rowKey: (row: T) => string): ActiveRow {
  const [state, setState] = useState<{ key: string; index: number } | null>(null);
  const keyAt = (index: number): string | null => (index < source.count ? rowKey(source.rowAt(index)) : null);
  let index = state?.index ?? null;
  if (state !== null && keyAt(state.index) !== state.key) {
    index = null;
    for (let at = 0; at < source.count && index === null; at += 1) if (keyAt(at) === state.key) index = at;
  }
  return {
    key: index === null ? null : (state?.key ?? null),
    index,
    set: (next) => {
      const key = keyAt(next);
      setState(key === null ? null : { key, index: next });
    },
  };
}
