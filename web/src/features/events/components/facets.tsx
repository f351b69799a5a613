import { Button, Popover } from '@mantine/core';
import IconAdjustmentsHorizontal from '@tabler/icons-react/dist/esm/icons/IconAdjustmentsHorizontal.mjs';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { EventFacets, FacetValue } from '@/shared/api/types';
import { compact } from '@/shared/format/number';
import { capital, eventTypeWord } from '@/shared/format/words';
import type { ListFilters } from '@/shared/hooks/use-list-filters';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { usePaused } from '@/shared/stream/pause';
import { AttackerText } from '@/shared/ui/attacker-text';
import { Failure, Loading } from '@/shared/ui/states';
import { facetsQuery } from '../api/events';
import type { EventsSearch } from '../model/search';
import classes from './feed-page.module.css';

interface Props {
  filters: ListFilters;
  search: EventsSearch;
}

const kFacetRows = 8;
const kRefreshMs = 10_000;

const facets = [
  { field: 'severity', name: 'Severity', word: capital },
  { field: 'type', name: 'Type', word: eventTypeWord },
  { field: 'service', name: 'Service', word: (value: string) => value },
  { field: 'decky', name: 'Decky', word: (value: string) => value },
] as const;

// The most frequent values; a chosen one always stays in sight.
export function shownValues(values: readonly FacetValue[], chosen: readonly string[], rows = kFacetRows): FacetValue[] {
  const missing = chosen.filter((value) => !values.some((each) => each.value === value)).map((value) => ({ value, count: 0 }));
  const sorted = [...values].sort((a, b) => b.count - a.count);
  return [...sorted.filter(({ value }, index) => index < rows || chosen.includes(value)), ...missing];
}

function Facets({ filters, search }: Props) {
  const { span, key } = useTimeRange();
  const isPaused = usePaused();
  const query = useQuery({ ...facetsQuery(search, span, key), placeholderData: keepPreviousData, refetchInterval: isPaused ? false : kRefreshMs });
  if (query.data === undefined) return query.isError ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={8} label="Loading filters" />;
  return (
    <div className={classes.facetsBody}>
      {facets.map(({ field, name, word }) => (
        <Facet key={field} field={field} name={name} word={word} facets={query.data} filters={filters} />
      ))}
    </div>
  );
}

interface FacetProps {
  field: keyof EventFacets;
  name: string;
  word: (value: string) => string;
  facets: EventFacets;
  filters: ListFilters;
}

function Facet({ field, name, word, facets: all, filters }: FacetProps) {
  const chosen = filters.values(field);
  const values = shownValues(all[field], chosen);
  if (values.length === 0) return null;
  return (
    <div role="group" aria-label={name} className={classes.facet}>
      <div className={classes.facetName} aria-hidden>
        {name}
      </div>
      {values.map(({ value, count }) => (
        <button key={value} type="button" className={classes.value} aria-pressed={chosen.includes(value)} onClick={() => { filters.toggle(field, value); }}>
          {field === 'severity' ? <span className={classes.swatch} data-severity={value} aria-hidden /> : <span />}
          <AttackerText text={word(value)} limit={60} />
          <span className={classes.count}>{compact(count)}</span>
        </button>
      ))}
    </div>
  );
}

export function FacetPanel(props: Props) {
  return (
    <div role="group" className={classes.facets} aria-label="Filters">
      <Facets {...props} />
    </div>
  );
}

// The same behind a button, where there is no room for the panel.
export function FacetButton(props: Props) {
  return (
    <Popover position="bottom-start" width={240} trapFocus>
      <Popover.Target>
        <Button variant="default" className={classes.narrowOnly} leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />}>
          Filters
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Filters" style={{ maxHeight: '60vh', overflowY: 'auto' }}>
        <Facets {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}
