import { SegmentedControl } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useRows } from '@/shared/api/paging';
import type { Credential } from '@/shared/api/types';
import { plural } from '@/shared/format/number';
import { useListFilters } from '@/shared/hooks/use-list-filters';
import { useLiveRefresh } from '@/shared/hooks/use-live-refresh';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import type { FilterField } from '@/shared/lib/filters';
import { FilterContext, type ChipField } from '@/shared/ui/chip-context';
import { FilterBar } from '@/shared/ui/filter-bar';
import { ListCard } from '@/shared/ui/list-card';
import { LiveNote } from '@/shared/ui/live-note';
import { Page } from '@/shared/ui/page';
import { Empty } from '@/shared/ui/states';
import { fetchCredentials } from '../api/credentials';
import { credentialColumns } from '../model/columns';
import { TopLists } from './top-lists';

const fields: readonly FilterField[] = [
  { field: 'principal', name: 'User', many: false },
  { field: 'service', name: 'Service', many: true },
  { field: 'decky', name: 'Decky', many: true },
  { field: 'secret_kind', name: 'Kind', many: true },
  { field: 'attacker', name: 'Attacker', many: false },
];

function valueOf(row: Credential, field: ChipField): string | null {
  if (field === 'ip') return row.attacker_ip;
  if (field === 'attacker') return row.attacker_uuid;
  return field === 'principal' || field === 'service' || field === 'decky' || field === 'secret_kind' ? row[field] : null;
}

export function CredentialsPage() {
  const { open: _open, not: _not, tab, ...search } = useSearch({ from: '/app/credentials' });
  const filters = useListFilters(fields);
  const { current, open, openFull } = useOpenDetail();
  const [away, setAway] = useState(false);
  const { range: _range, since: _since, until: _until, ...wanted } = search;
  const list = useRows<Credential>({ key: ['credentials', wanted], enabled: tab !== 'top', fetch: (request) => fetchCredentials(wanted, request) });
  const live = useLiveRefresh(['credential.'], list, away);
  const { exclusions } = filters;
  const rows = useMemo(
    () => (exclusions.length === 0 ? list.rows : list.rows.filter((row) => !exclusions.some(({ field, value }) => valueOf(row, field) === value))),
    [list.rows, exclusions],
  );
  const tabs = (
    <SegmentedControl
      size="xs"
      aria-label="View"
      value={tab ?? 'all'}
      onChange={(value) => { filters.set({ tab: value === 'top' ? 'top' : undefined }); }}
      data={[{ value: 'all', label: 'All' }, { value: 'top', label: 'Most tried' }]}
    />
  );
  if (tab === 'top') {
    return (
      <Page title="Credentials" aside={tabs}>
        <TopLists />
      </Page>
    );
  }
  return (
    <FilterContext value={filters.page}>
      <Page
        title="Credentials"
        fill
        aside={tabs}
        toolbar={
          <FilterBar
            search={{ value: search.q ?? '', placeholder: 'Search in credentials', onChange: (q) => { filters.set({ q: q || undefined }); } }}
            pills={filters.pills}
            onClear={filters.clear}
            aside={
              <>
                <LiveNote live={live} query={list.query} />
                {list.total !== undefined && <span>{plural(list.total, 'credential')}</span>}
              </>
            }
          >
            <SegmentedControl
              size="xs"
              aria-label="Outcome"
              value={search.accepted ?? 'any'}
              onChange={(value) => { filters.set({ accepted: value === 'any' ? undefined : value }); }}
              data={[{ value: 'any', label: 'Any' }, { value: 'true', label: 'Accepted' }, { value: 'false', label: 'Refused' }]}
            />
          </FilterBar>
        }
      >
        <ListCard
          label="Credentials"
          what="credentials"
          list={list}
          rows={rows}
          columns={credentialColumns}
          rowKey={({ uuid }) => uuid}
          sort={search.sort ?? '-last_seen'}
          onSort={(next) => { filters.set({ sort: next === '-last_seen' ? undefined : next }); }}
          filtered={filters.active || search.accepted !== undefined}
          onClear={() => { filters.clear(); filters.set({ accepted: undefined, q: undefined }); }}
          onScrolledAway={setAway}
          selectedKey={current?.kind === 'credential' ? current.id : undefined}
          actions={{
            open: ({ uuid }, full) => { (full ? openFull : open)({ kind: 'credential', id: uuid }); },
            copy: (row) => row.principal,
            only: (row) => { filters.page.only('principal', row.principal); },
            without: (row) => { filters.page.without('principal', row.principal); },
          }}
          empty={<Empty title="No login was tried yet" hint="Every user name and secret that somebody tries on a decky will be listed here." />}
        />
      </Page>
    </FilterContext>
  );
}
