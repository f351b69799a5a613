import { SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Decky } from '@/shared/api/types';
import { useListFilters } from '@/shared/hooks/use-list-filters';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import type { FilterField } from '@/shared/lib/filters';
import { useStreamChanges } from '@/shared/stream/use-stream';
import { FilterContext } from '@/shared/ui/chip-context';
import { DataGrid } from '@/shared/ui/data-grid/data-grid';
import { arraySource } from '@/shared/ui/data-grid/types';
import { FilterBar } from '@/shared/ui/filter-bar';
import { LiveNote } from '@/shared/ui/live-note';
import { Page } from '@/shared/ui/page';
import { QueryView } from '@/shared/ui/query-view';
import { Empty, EmptyByFilter } from '@/shared/ui/states';
import { deckiesQuery } from '../api/deckies';
import { deckyColumns } from '../model/columns';
import { matchingDeckies } from '../model/filter';
import classes from './fleet.module.css';

const fields: readonly FilterField[] = [
  { field: 'service', name: 'Service', many: true },
  { field: 'decky', name: 'Decky', many: false },
];

export function FleetPage() {
  const { q, state, service } = useSearch({ from: '/app/fleet' });
  const filters = useListFilters(fields);
  const client = useQueryClient();
  const query = useQuery(deckiesQuery);
  useStreamChanges(['decky.'], () => void client.invalidateQueries({ queryKey: deckiesQuery.queryKey }));
  const { data: all } = query;
  const { exclusions } = filters;
  const rows = useMemo(() => matchingDeckies(all ?? [], { q, state, service }, exclusions), [all, q, state, service, exclusions]);
  const up = all?.filter((decky) => decky.state === 'up').length ?? 0;

  return (
    <FilterContext value={filters.page}>
      <Page
        title="Fleet"
        fill
        aside={all && all.length > 0 && <span>{up} of {all.length} deckies are up</span>}
        toolbar={
          <FilterBar
            search={{ value: q ?? '', placeholder: 'Search name, address, service', onChange: (text) => { filters.set({ q: text || undefined }); } }}
            pills={filters.pills}
            onClear={filters.clear}
            aside={<LiveNote query={query} />}
          >
            <SegmentedControl
              size="xs"
              aria-label="State"
              value={state ?? 'any'}
              onChange={(value) => { filters.set({ state: value === 'any' ? undefined : value }); }}
              data={[{ value: 'any', label: 'Any' }, { value: 'up', label: 'Up' }, { value: 'degraded', label: 'Degraded' }, { value: 'pending', label: 'Pending' }, { value: 'down', label: 'Down' }]}
            />
          </FilterBar>
        }
      >
        <div className={classes.card}>
          <QueryView query={query}>
            {(deckies) => <List deckies={deckies} rows={rows} onClear={() => { filters.clear(); filters.set({ state: undefined, q: undefined }); }} />}
          </QueryView>
        </div>
      </Page>
    </FilterContext>
  );
}

function List({ deckies, rows, onClear }: { deckies: readonly Decky[]; rows: readonly Decky[]; onClear: () => void }) {
  const { current, open, openFull } = useOpenDetail();
  const source = useMemo(() => arraySource(rows), [rows]);
  if (deckies.length === 0) return <Empty title="No deckies" hint={<>Deploy some on the command line: <code>decnet deploy</code></>} />;
  if (rows.length === 0) return <EmptyByFilter what="deckies" onClear={onClear} />;
  return (
    <DataGrid
      label="Deckies"
      columns={deckyColumns}
      source={source}
      rowKey={({ name }) => name}
      selectedKey={current?.kind === 'decky' ? current.id : undefined}
      actions={{
        open: ({ name }, full) => { (full ? openFull : open)({ kind: 'decky', id: name }); },
        copy: ({ ip }) => ip,
      }}
    />
  );
}
