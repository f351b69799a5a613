import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { plural } from '@/shared/format/number';
import { clockTime } from '@/shared/format/time';
import type { ListFilters } from '@/shared/hooks/use-list-filters';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { useStreamState } from '@/shared/stream/use-stream';
import { Empty, Failure, Loading } from '@/shared/ui/states';
import { facetsQuery } from '../api/events';
import type { FeedView } from '../model/feed';
import type { EventsSearch } from '../model/search';

interface Props {
  view: FeedView;
  filters: ListFilters;
  search: EventsSearch;
  onRetry: () => void;
}

// What stands in the place of the list while there are no rows.
export function FeedState({ view, filters, onRetry }: Props) {
  if (view.status === 'loading') return <Loading rows={10} label="Loading events" />;
  if (view.status === 'error') return <Failure error={view.problem} onRetry={onRetry} />;
  return filters.active ? <Hidden onClear={filters.clear} /> : <Waiting />;
}

function Waiting() {
  const { phase, since } = useStreamState();
  const hint = phase === 'live' ? `The stream is connected since ${clockTime(since)}.` : 'The stream is not connected yet.';
  return <Empty title="Waiting for events" hint={hint} />;
}

function Hidden({ onClear }: { onClear: () => void }) {
  const { span, key } = useTimeRange();
  const { data } = useQuery(facetsQuery({}, span, key));
  const hidden = data?.severity.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <div data-state="empty-filter">
      <Empty
        title={hidden > 0 ? `The filters hide ${plural(hidden, 'event')}` : 'No events match the filters'}
        action={
          <Button variant="default" onClick={onClear}>
            Clear filters
          </Button>
        }
      />
    </div>
  );
}
