import IconPlayerPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs';
import type { Session } from '@/shared/api/types';
import { bytes, count } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import type { Column } from '@/shared/ui/data-grid/types';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';

function Logins({ session }: { session: Session }) {
  if (session.accepted > 0) return <Tag tone="amber">Let in</Tag>;
  return session.logins > 0 ? <span className="dim">{count(session.logins)} refused</span> : <span className="dim">–</span>;
}

function Recorded({ session }: { session: Session }) {
  if (!session.has_recording) return <span className="dim">–</span>;
  return <Tag tone="blue" title="A terminal was recorded"><IconPlayerPlay size={11} aria-hidden /> {duration(session.recorded_ms)}</Tag>;
}

export const sessionColumns: readonly Column<Session>[] = [
  { id: 'at', header: 'Started', width: '144px', sort: { down: '-started_at', up: 'started_at' }, cell: (row) => <TimeText at={row.started_at} plain /> },
  { id: 'source', header: 'Attacker', width: '140px', cell: (row) => <ValueChip field="ip" value={row.attacker_ip} detail={row.attacker_uuid ? { kind: 'attacker', id: row.attacker_uuid } : undefined} /> },
  { id: 'decky', header: 'Decky', width: 'minmax(112px, 1fr)', cell: (row) => <ValueChip field="decky" value={row.decky} detail={{ kind: 'decky', id: row.decky }} /> },
  { id: 'service', header: 'Service', width: '84px', cell: (row) => <ValueChip field="service" value={row.service} /> },
  { id: 'length', header: 'Length', width: '92px', align: 'end', cell: (row) => (row.duration_ms === null ? <Tag tone="green" dot>Open</Tag> : duration(row.duration_ms)) },
  { id: 'in', header: 'In', width: '76px', align: 'end', cell: (row) => bytes(row.bytes_in) },
  { id: 'out', header: 'Out', width: '76px', align: 'end', cell: (row) => bytes(row.bytes_out) },
  { id: 'commands', header: 'Commands', width: '88px', align: 'end', cell: (row) => count(row.commands) },
  { id: 'logins', header: 'Logins', width: '104px', cell: (row) => <Logins session={row} /> },
  { id: 'files', header: 'Files', width: '56px', align: 'end', cell: (row) => count(row.files) },
  { id: 'recording', header: 'Recording', width: '112px', cell: (row) => <Recorded session={row} /> },
];
