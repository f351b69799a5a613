// What the feed is filtered by, and whether an event that just came over the stream belongs to it.
import type { Event } from '@/shared/api/types';
import type { Exclusion, FilterField } from '@/shared/lib/filters';
import type { TimeSpan } from '@/shared/lib/time-range';
import type { ChipField } from '@/shared/ui/chip-context';
import type { EventsSearch } from './search';

export const eventFields: readonly FilterField[] = [
  { field: 'severity', name: 'Severity', many: true },
  { field: 'type', name: 'Type', many: true },
  { field: 'service', name: 'Service', many: true },
  { field: 'decky', name: 'Decky', many: true },
  { field: 'ip', name: 'Address', many: false },
  { field: 'attacker', name: 'Attacker', many: false },
  { field: 'session', name: 'Session', many: false },
];

function valueOf(event: Event, field: ChipField): string | null {
  switch (field) {
    case 'severity':
      return event.severity;
    case 'type':
      return event.type;
    case 'service':
      return event.service;
    case 'decky':
      return event.decky;
    case 'ip':
      return event.src_ip;
    case 'attacker':
      return event.attacker_uuid;
    case 'session':
      return event.session_uuid;
    default:
      return null;
  }
}

export function isExcluded(event: Event, exclusions: readonly Exclusion[]): boolean {
  return exclusions.some(({ field, value }) => valueOf(event, field) === value);
}

// Everything but the search text, which only the server can judge.
export function belongs(event: Event, search: EventsSearch, span: TimeSpan): boolean {
  for (const { field } of eventFields) {
    const wanted = search[field as keyof EventsSearch];
    if (wanted === undefined) continue;
    const value = valueOf(event, field);
    if (value === null || !(Array.isArray(wanted) ? wanted : [wanted]).includes(value)) return false;
  }
  return span.until === undefined || event.at <= span.until;
}
