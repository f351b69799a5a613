import type { Credential } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { kindWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';

export function OutcomeTag({ credential }: { credential: Credential }) {
  return credential.accepted ? <Tag tone="amber">Accepted</Tag> : <span className="dim">Refused</span>;
}

export const credentialColumns: readonly Column<Credential>[] = [
  { id: 'principal', header: 'User', width: 'minmax(120px, 1.2fr)', sort: { down: 'principal' }, cell: (row) => <ValueChip field="principal" value={row.principal} mono /> },
  { id: 'secret', header: 'Secret', width: 'minmax(96px, 1fr)', cell: (row) => <AttackerText text={row.secret_masked} limit={80} mono /> },
  { id: 'kind', header: 'Kind', width: '104px', cell: (row) => <ValueChip field="secret_kind" value={row.secret_kind}>{kindWord(row.secret_kind)}</ValueChip> },
  { id: 'outcome', header: 'Outcome', width: '98px', cell: (row) => <OutcomeTag credential={row} /> },
  { id: 'attempts', header: 'Attempts', width: '88px', align: 'end', sort: { down: '-attempts' }, cell: (row) => count(row.attempts) },
  { id: 'source', header: 'Source', width: '132px', cell: (row) => <ValueChip field="ip" value={row.attacker_ip} detail={row.attacker_uuid ? { kind: 'attacker', id: row.attacker_uuid } : undefined} /> },
  { id: 'decky', header: 'Decky', width: 'minmax(112px, 1fr)', cell: (row) => <ValueChip field="decky" value={row.decky} detail={{ kind: 'decky', id: row.decky }} /> },
  { id: 'service', header: 'Service', width: '84px', cell: (row) => <ValueChip field="service" value={row.service} /> },
  { id: 'last', header: 'Last seen', width: '144px', sort: { down: '-last_seen' }, cell: (row) => <TimeText at={row.last_seen} plain /> },
];
