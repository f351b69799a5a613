import type { CapturedFile, Credential, Event, Fingerprint, SeenUrl, Session } from '@/shared/api/types';
import { bytes, count } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { eventTypeWord, kindWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { FileDownload } from '@/shared/ui/file-download';
import { SeverityTag } from '@/shared/ui/severity';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';

export const sessionColumns: readonly Column<Session>[] = [
  { id: 'at', header: 'Started', width: '144px', cell: (row) => <TimeText at={row.started_at} plain /> },
  { id: 'service', header: 'Service', width: '80px', cell: (row) => row.service },
  { id: 'decky', header: 'Decky', width: 'minmax(110px, 1fr)', cell: (row) => <ValueChip field="decky" value={row.decky} detail={{ kind: 'decky', id: row.decky }} /> },
  { id: 'length', header: 'Length', width: '90px', align: 'end', cell: (row) => (row.duration_ms === null ? 'open' : duration(row.duration_ms)) },
  { id: 'logins', header: 'Logins', width: '66px', align: 'end', cell: (row) => count(row.logins) },
  { id: 'commands', header: 'Commands', width: '86px', align: 'end', cell: (row) => count(row.commands) },
  { id: 'bytes', header: 'In', width: '78px', align: 'end', cell: (row) => bytes(row.bytes_in) },
];

export const credentialColumns: readonly Column<Credential>[] = [
  { id: 'principal', header: 'User', width: 'minmax(110px, 1fr)', cell: (row) => <ValueChip field="principal" value={row.principal} mono /> },
  { id: 'secret', header: 'Secret', width: 'minmax(100px, 1fr)', cell: (row) => <AttackerText text={row.secret_masked} limit={60} mono /> },
  { id: 'outcome', header: 'Outcome', width: '96px', cell: (row) => (row.accepted ? <Tag tone="amber">Accepted</Tag> : <span className="dim">Refused</span>) },
  { id: 'service', header: 'Service', width: '80px', cell: (row) => row.service },
  { id: 'attempts', header: 'Tries', width: '60px', align: 'end', cell: (row) => count(row.attempts) },
  { id: 'at', header: 'Last', width: '144px', cell: (row) => <TimeText at={row.last_seen} plain /> },
];

export const eventColumns: readonly Column<Event>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'severity', header: 'Severity', width: '92px', cell: (row) => <SeverityTag severity={row.severity} /> },
  { id: 'type', header: 'Type', width: '124px', cell: (row) => eventTypeWord(row.type) },
  { id: 'summary', header: 'What happened', width: 'minmax(200px, 1fr)', cell: (row) => <AttackerText text={row.summary} limit={200} /> },
];

export const commandColumns: readonly Column<Event>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'decky', header: 'Decky', width: '120px', cell: (row) => <ValueChip field="decky" value={row.decky} detail={{ kind: 'decky', id: row.decky }} /> },
  { id: 'service', header: 'Service', width: '80px', cell: (row) => row.service },
  { id: 'command', header: 'Command', width: 'minmax(220px, 1fr)', cell: (row) => <AttackerText text={row.fields.command ?? row.summary} limit={300} mono /> },
];

export const urlColumns: readonly Column<SeenUrl>[] = [
  { id: 'url', header: 'URL', width: 'minmax(240px, 1fr)', cell: (row) => <AttackerText text={row.url} limit={400} mono /> },
  { id: 'count', header: 'Seen', width: '64px', align: 'end', cell: (row) => count(row.count) },
  { id: 'last', header: 'Last', width: '144px', cell: (row) => <TimeText at={row.last_seen} plain /> },
];

export const fingerprintColumns: readonly Column<Fingerprint>[] = [
  { id: 'kind', header: 'Kind', width: '110px', cell: (row) => kindWord(row.kind) },
  { id: 'value', header: 'Value', width: 'minmax(180px, 1fr)', cell: (row) => <ValueChip field="fingerprint" value={row.value} mono /> },
  { id: 'attackers', header: 'Attackers', width: '84px', align: 'end', cell: (row) => count(row.attackers) },
  { id: 'count', header: 'Seen', width: '64px', align: 'end', cell: (row) => count(row.count) },
  { id: 'last', header: 'Last', width: '144px', cell: (row) => <TimeText at={row.last_seen} plain /> },
];

export const fileColumns: readonly Column<CapturedFile>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'name', header: 'Name', width: 'minmax(120px, 1fr)', cell: (row) => <AttackerText text={row.name || row.path} limit={120} mono /> },
  { id: 'size', header: 'Size', width: '84px', align: 'end', cell: (row) => bytes(row.size) },
  { id: 'service', header: 'Service', width: '76px', cell: (row) => row.service },
  { id: 'hash', header: 'SHA-256', width: '110px', cell: (row) => <ValueChip field="hash" value={row.sha256} mono>{row.sha256.slice(0, 10)}</ValueChip> },
  { id: 'get', header: 'Content', width: '96px', cell: (row) => <FileDownload file={row} /> },
];
