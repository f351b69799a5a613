import { NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useRows } from '@/shared/api/paging';
import type { Session } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { useListFilters } from '@/shared/hooks/use-list-filters';
import { useLiveRefresh } from '@/shared/hooks/use-live-refresh';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import type { FilterField } from '@/shared/lib/filters';
import { FilterContext, type ChipField } from '@/shared/ui/chip-context';
import { FilterBar } from '@/shared/ui/filter-bar';
import { ListCard } from '@/shared/ui/list-card';
import { LiveNote } from '@/shared/ui/live-note';
import { Page } from '@/shared/ui/page';
import { Empty } from '@/shared/ui/states';
import { fetchSessions } from '../api/sessions';
import { sessionColumns } from '../model/columns';
import { lengths, parseSessionsSearch } from '../model/search';

const fields: readonly FilterField[] = [
  { field: 'ip', name: 'Address', many: false },
  { field: 'decky', name: 'Decky', many: true },
  { field: 'service', name: 'Service', many: true },
  { field: 'attacker', name: 'Attacker', many: false },
];
const lengthWords = { '10': '10 s and longer', '60': '1 min and longer', '600': '10 min and longer' } as const;

function valueOf(row: Session, field: ChipField): string | null {
  if (field === 'ip') return row.attacker_ip;
  if (field === 'attacker') return row.attacker_uuid;
  return field === 'decky' || field === 'service' ? row[field] : null;
}

export function SessionsPage() {
  const all = useSearch({ from: '/app/sessions' });
  const search = useMemo(() => parseSessionsSearch({ ...all }), [all]);
  const { not: _not, ...wanted } = search;
  const { key, span } = useTimeRange();
  const filters = useListFilters(fields);
  const { current, open, openFull } = useOpenDetail();
  const [away, setAway] = useState(false);
  const list = useRows<Session>({ key: ['sessions', wanted, key], span, fetch: (request) => fetchSessions(wanted, request) });
  const live = useLiveRefresh(['attacker.'], list, away);
  const { exclusions } = filters;
  const rows = useMemo(
    () => (exclusions.length === 0 ? list.rows : list.rows.filter((row) => !exclusions.some(({ field, value }) => valueOf(row, field) === value))),
    [list.rows, exclusions],
  );
  const clear = (): void => {
    filters.clear();
    filters.set({ q: undefined, recorded: undefined, login: undefined, longer: undefined });
  };
  return (
    <FilterContext value={filters.page}>
      <Page
        title="Sessions"
        fill
        aside={list.total !== undefined && <span>{count(list.total)} in this time range</span>}
        toolbar={
          <FilterBar
            search={{ value: search.q ?? '', placeholder: 'Search in commands', onChange: (q) => { filters.set({ q: q || undefined }); } }}
            pills={filters.pills}
            onClear={filters.clear}
            aside={<LiveNote live={live} query={list.query} />}
          >
            <SegmentedControl
              size="xs" aria-label="Logins" value={search.login ?? 'any'} onChange={(value) => { filters.set({ login: value === 'any' ? undefined : value }); }}
              data={[{ value: 'any', label: 'Any' }, { value: 'true', label: 'Let in' }, { value: 'false', label: 'Not let in' }]}
            />
            <NativeSelect
              size="xs" aria-label="Length" value={search.longer ?? ''} onChange={({ currentTarget }) => { filters.set({ longer: currentTarget.value || undefined }); }}
              data={[{ value: '', label: 'Any length' }, ...lengths.map((value) => ({ value, label: lengthWords[value] }))]}
            />
            <Switch size="xs" label="Recorded" checked={search.recorded === 'true'} onChange={({ currentTarget }) => { filters.set({ recorded: currentTarget.checked ? 'true' : undefined }); }} />
          </FilterBar>
        }
      >
        <ListCard
          label="Sessions"
          what="sessions"
          list={list}
          rows={rows}
          columns={sessionColumns}
          rowKey={({ uuid }) => uuid}
          sort={search.sort ?? '-started_at'}
          onSort={(next) => { filters.set({ sort: next === '-started_at' ? undefined : next }); }}
          filtered={filters.active || search.recorded !== undefined || search.login !== undefined || search.longer !== undefined}
          onClear={clear}
          onScrolledAway={setAway}
          selectedKey={current?.kind === 'session' ? current.id : undefined}
          actions={{
            open: ({ uuid }, full) => { (full ? openFull : open)({ kind: 'session', id: uuid }); },
            copy: (row) => row.uuid,
            only: (row) => { filters.page.only('ip', row.attacker_ip); },
            without: (row) => { filters.page.without('ip', row.attacker_ip); },
          }}
          empty={<Empty title="No sessions in this time range" hint="Whoever connects to a service of a decky has a session; ports that were only scanned have none." />}
        />
      </Page>
    </FilterContext>
  );
}
