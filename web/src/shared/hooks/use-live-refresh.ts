import { useEffect, useRef, useState } from 'react';
import type { RowsQuery } from '@/shared/api/paging';
import { usePaused } from '@/shared/stream/pause';
import { useStreamChanges } from '@/shared/stream/use-stream';

export interface LiveRefresh {
  changed: number; // Journal rows since the list was read.
  refresh: () => void;
}

const kRefreshMs = 3000;

// Reads a list again when the journal says that it changed: at most every few seconds, and only while its top is in sight and
// nothing is paused. Else the rows under somebody's eyes would move; then it only counts.
export function useLiveRefresh<T>(topics: readonly string[], list: RowsQuery<T>, scrolledAway: boolean): LiveRefresh {
  const [changed, setChanged] = useState(0);
  const isPaused = usePaused();
  const readAt = useRef(0);
  const quiet = scrolledAway || isPaused;
  const refresh = (): void => {
    readAt.current = Date.now();
    setChanged(0);
    list.refresh();
  };
  useStreamChanges(topics, (changes) => {
    setChanged((before) => before + changes.length);
  });
  useEffect(() => {
    if (changed === 0 || quiet) return;
    const timer = setTimeout(refresh, Math.max(150, readAt.current + kRefreshMs - Date.now()));
    return () => {
      clearTimeout(timer);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `refresh` is new on every render; only a change of these starts the timer
  }, [changed > 0, quiet]);
  return { changed: quiet ? changed : 0, refresh };
}
