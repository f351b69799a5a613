import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { plural } from '@/shared/format/number';
import type { LiveRefresh } from '@/shared/hooks/use-live-refresh';
import { staleSince } from './query-view';
import { StaleNote } from './states';

type Aged = Pick<UseQueryResult, 'data' | 'isError' | 'isRefetchError' | 'failureCount' | 'dataUpdatedAt'>;

// Beside a list: how old it is where that matters, and what happened meanwhile.
export function LiveNote({ live, query }: { live?: LiveRefresh; query: Aged }) {
  const stale = staleSince(query);
  return (
    <>
      {stale !== null && <StaleNote at={stale} />}
      {live && live.changed > 0 && (
        <Button variant="subtle" size="compact-xs" onClick={live.refresh}>
          {plural(live.changed, 'change')}: read again
        </Button>
      )}
    </>
  );
}
