import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useRows } from '@/shared/api/paging';
import type { Attacker } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { useListFilters } from '@/shared/hooks/use-list-filters';
import { useLiveRefresh } from '@/shared/hooks/use-live-refresh';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import type { FilterField } from '@/shared/lib/filters';
import { FilterContext } from '@/shared/ui/chip-context';
import { FilterBar } from '@/shared/ui/filter-bar';
import { ListCard } from '@/shared/ui/list-card';
import { LiveNote } from '@/shared/ui/live-note';
import { Page } from '@/shared/ui/page';
import { Empty } from '@/shared/ui/states';
import { fetchAttackers } from '../api/attackers';
import { attackerColumns } from '../model/columns';

const fields: readonly FilterField[] = [
  { field: 'ip', name: 'Address', many: false },
  { field: 'country', name: 'Country', many: true },
];

export function AttackersPage() {
  const search = useSearch({ from: '/app/attackers' });
  const { q, ip, country, sort } = search;
  const { key, span } = useTimeRange();
  const filters = useListFilters(fields);
  const { current, open, openFull } = useOpenDetail();
  const [away, setAway] = useState(false);
  const list = useRows<Attacker>({
    key: ['attackers', { q, ip, country, sort }, key],
    span,
    fetch: (request) => fetchAttackers({ q, ip, country, sort }, request),
  });
  const live = useLiveRefresh(['attacker.'], list, away);
  const { exclusions } = filters;
  const rows = useMemo(
    () =>
      exclusions.length === 0
        ? list.rows
        : list.rows.filter((row) => !exclusions.some(({ field, value }) => value === (field === 'ip' ? row.ip : field === 'country' ? row.country : null))),
    [list.rows, exclusions],
  );

  return (
    <FilterContext value={filters.page}>
      <Page
        title="Attackers"
        fill
        aside={list.total !== undefined && <span>{count(list.total)} in this time range</span>}
        toolbar={
          <FilterBar
            search={{ value: q ?? '', placeholder: 'Search address, network, country', onChange: (text) => { filters.set({ q: text || undefined }); } }}
            pills={filters.pills}
            onClear={filters.clear}
            aside={<LiveNote live={live} query={list.query} />}
          />
        }
      >
        <ListCard
          label="Attackers"
          what="attackers"
          list={list}
          rows={rows}
          columns={attackerColumns}
          rowKey={({ uuid }) => uuid}
          sort={sort ?? '-last_seen'}
          onSort={(next) => { filters.set({ sort: next === '-last_seen' ? undefined : next }); }}
          filtered={filters.active}
          onClear={filters.clear}
          onScrolledAway={setAway}
          selectedKey={current?.kind === 'attacker' ? current.id : undefined}
          actions={{
            open: ({ uuid }, full) => { (full ? openFull : open)({ kind: 'attacker', id: uuid }); },
            copy: (row) => row.ip,
            only: (row) => { filters.page.only('ip', row.ip); },
            without: (row) => { filters.page.without('ip', row.ip); },
          }}
          empty={<Empty title="Nobody has touched a decky in this time range" hint="Choose a longer range, or connect to a decky yourself: any address of the Fleet page will do." />}
        />
      </Page>
    </FilterContext>
  );
}
