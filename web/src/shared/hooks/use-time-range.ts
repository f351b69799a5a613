import { useNavigate, useSearch } from '@tanstack/react-router';
import { parseRange, rangeKey, spanOf, type RangeSearch, type TimeSpan } from '@/shared/lib/time-range';

export interface TimeRangeState {
  range: RangeSearch;
  key: string; // Goes into query keys.
  span: () => TimeSpan; // Counted back from the moment of the call.
  setRange: (range: RangeSearch) => void;
}

export function useTimeRange(): TimeRangeState {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const range = parseRange(search);
  return {
    range,
    key: rangeKey(range),
    span: () => spanOf(range),
    setRange: (next) => {
      void navigate({ to: '.', search: (all) => ({ ...all, range: undefined, since: undefined, until: undefined, ...next }) });
    },
  };
}
