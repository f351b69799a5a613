import type { Event } from '@/shared/api/types';
import { eventTypeWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { SeverityTag } from '@/shared/ui/severity';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';

export function eventChip(event: Event) {
  return (
    <ValueChip
      field="ip"
      value={event.src_ip}
      detail={event.attacker_uuid ? { kind: 'attacker', id: event.attacker_uuid } : undefined}
    />
  );
}

const wide: readonly Column<Event>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (event) => <TimeText at={event.at} plain /> },
  { id: 'severity', header: 'Severity', width: '84px', cell: (event) => <SeverityTag severity={event.severity} /> },
  { id: 'type', header: 'Type', width: '116px', cell: (event) => <ValueChip field="type" value={event.type}>{eventTypeWord(event.type)}</ValueChip> },
  { id: 'src', header: 'Source', width: '132px', cell: (event) => (event.src_ip ? eventChip(event) : '–') },
  { id: 'decky', header: 'Decky', width: '116px', cell: (event) => <ValueChip field="decky" value={event.decky} detail={{ kind: 'decky', id: event.decky }} /> },
  { id: 'service', header: 'Service', width: '70px', cell: (event) => <ValueChip field="service" value={event.service} /> },
  { id: 'summary', header: 'What happened', width: 'minmax(240px, 1fr)', cell: (event) => <AttackerText text={event.summary} limit={300} /> },
];

// In a narrow window what happened comes first; the rest is found by scrolling sideways.
const narrowOrder = ['at', 'summary', 'severity', 'src', 'decky', 'service', 'type'];
const narrow = narrowOrder.flatMap((id) => wide.filter((column) => column.id === id));

export function eventColumns(isNarrow: boolean): readonly Column<Event>[] {
  return isNarrow ? narrow : wide;
}
