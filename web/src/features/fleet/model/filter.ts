import type { Decky } from '@/shared/api/types';
import type { Exclusion } from '@/shared/lib/filters';
import type { FleetSearch } from './search';

function holds(decky: Decky, { field, value }: Exclusion): boolean {
  if (field === 'decky') return decky.name === value;
  return field === 'service' && decky.services.some(({ name }) => name === value);
}

export function matchingDeckies(all: readonly Decky[], { q, state, service }: FleetSearch, exclusions: readonly Exclusion[]): Decky[] {
  const text = q?.toLowerCase();
  return all.filter(
    (decky) =>
      (state === undefined || decky.state === state) &&
      (service === undefined || decky.services.some(({ name }) => service.includes(name))) &&
      !exclusions.some((exclusion) => holds(decky, exclusion)) &&
      (text === undefined ||
        [decky.name, decky.hostname, decky.ip, decky.mac, decky.archetype, decky.personality, ...decky.services.map(({ name }) => name)].some((part) =>
          part.toLowerCase().includes(text),
        )),
  );
}
