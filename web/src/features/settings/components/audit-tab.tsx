import { TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRows } from '@/shared/api/paging';
import { useMay } from '@/shared/api/session';
import type { AuditEntry } from '@/shared/api/types';
import { actionName, actionWord, capital } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { ListCard } from '@/shared/ui/list-card';
import { Empty, Forbidden } from '@/shared/ui/states';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { fetchAudit } from '../api/settings';
import classes from './settings.module.css';

const good = new Set(['ok', 'success', 'succeeded', 'done', 'accepted']);

const columns: readonly Column<AuditEntry>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'actor', header: 'Who', width: '120px', cell: (row) => <AttackerText text={row.actor} limit={64} /> },
  { id: 'role', header: 'Role', width: '80px', cell: (row) => row.role },
  { id: 'action', header: 'Action', width: '170px', cell: (row) => <span title={row.action}>{actionWord(row.action)}</span> },
  { id: 'target', header: 'On', width: 'minmax(120px, 1fr)', cell: (row) => <AttackerText text={row.target || '–'} limit={120} /> },
  { id: 'outcome', header: 'Outcome', width: '104px', cell: (row) => <Tag tone={good.has(row.outcome) ? 'gray' : 'amber'}>{row.outcome === 'ok' ? 'OK' : capital(row.outcome)}</Tag> },
  { id: 'from', header: 'From', width: '130px', cell: (row) => row.source_ip || '–' },
  { id: 'detail', header: 'Detail', width: 'minmax(160px, 1.6fr)', cell: (row) => <AttackerText text={row.detail || '–'} limit={200} /> },
];

export function AuditTab() {
  const may = useMay('admin');
  return may ? <Audit /> : <Forbidden need="admin" />;
}

function Audit() {
  const { actor, action } = useSearch({ from: '/app/settings/audit' });
  const navigate = useNavigate();
  const list = useRows<AuditEntry>({ key: ['audit', { actor, action }], fetch: (request) => fetchAudit({ actor, action }, request) });
  const set = (change: { actor?: string; action?: string }): void => {
    void navigate({ to: '/settings/audit', search: (all) => ({ ...all, ...change }), replace: true });
  };
  return (
    <>
      <div className={classes.bar}>
        <TextInput label="Who" defaultValue={actor} maxLength={64} onBlur={({ currentTarget }) => { set({ actor: currentTarget.value.trim() || undefined }); }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur(); }} />
        <TextInput label="Action" placeholder="Change password" defaultValue={action === undefined ? undefined : actionWord(action)} maxLength={64} onBlur={({ currentTarget }) => { set({ action: actionName(currentTarget.value.trim()) || undefined }); }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur(); }} />
      </div>
      <ListCard
        label="Audit log" what="entries" list={list} columns={columns} rowKey={(row) => String(row.seq)}
        filtered={actor !== undefined || action !== undefined} onClear={() => { set({ actor: undefined, action: undefined }); }}
        empty={<Empty title="Nothing was changed yet" hint="Every change, every login and every revealed secret is written here." />}
      />
    </>
  );
}
