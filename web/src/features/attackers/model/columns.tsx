import type { Attacker } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { SeverityTag } from '@/shared/ui/severity';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';

export const attackerColumns: readonly Column<Attacker>[] = [
  { id: 'ip', header: 'Source', width: 'minmax(150px, 1.2fr)', cell: ({ ip, uuid }) => <ValueChip field="ip" value={ip} detail={{ kind: 'attacker', id: uuid }} /> },
  { id: 'severity', header: 'Worst', width: '96px', cell: ({ severity_max }) => <SeverityTag severity={severity_max} /> },
  {
    id: 'country', header: 'Country', width: 'minmax(120px, 1fr)',
    cell: ({ country, country_name }) => (country ? <ValueChip field="country" value={country}>{country_name ?? country}</ValueChip> : <span className="dim">–</span>),
  },
  {
    id: 'as', header: 'Network', width: 'minmax(150px, 1.6fr)',
    cell: ({ asn, as_name }) => (asn ? <AttackerText text={`AS${String(asn)} ${as_name ?? ''}`} limit={80} /> : <span className="dim">–</span>),
  },
  { id: 'last', header: 'Last seen', width: '144px', sort: { down: '-last_seen', up: 'last_seen' }, cell: ({ last_seen }) => <TimeText at={last_seen} plain /> },
  { id: 'first', header: 'First seen', width: '144px', sort: { down: '-first_seen', up: 'first_seen' }, cell: ({ first_seen }) => <TimeText at={first_seen} plain /> },
  { id: 'events', header: 'Events', width: '84px', align: 'end', sort: { down: '-events' }, cell: (row) => count(row.events) },
  { id: 'sessions', header: 'Sessions', width: '88px', align: 'end', sort: { down: '-sessions' }, cell: (row) => count(row.sessions) },
  { id: 'credentials', header: 'Logins', width: '84px', align: 'end', sort: { down: '-credentials' }, cell: (row) => count(row.credentials) },
  { id: 'files', header: 'Files', width: '62px', align: 'end', cell: (row) => count(row.files) },
  { id: 'deckies', header: 'Deckies', width: '72px', align: 'end', cell: (row) => count(row.deckies) },
];
