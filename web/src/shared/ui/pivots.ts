// Other pages that know something about a value.
import type { ChipField } from './chip-context';

export interface Pivot {
  label: string;
  path: string;
}

const targets: Partial<Record<ChipField, readonly (readonly [label: string, page: string, parameter: string])[]>> = {
  ip: [['Events from here', '/events', 'ip'], ['Attackers at this address', '/attackers', 'ip']],
  attacker: [['Events of this attacker', '/events', 'attacker'], ['Credentials of this attacker', '/credentials', 'attacker']],
  decky: [['Events on this decky', '/events', 'decky'], ['Credentials tried here', '/credentials', 'decky']],
  service: [['Events of this service', '/events', 'service'], ['Credentials tried here', '/credentials', 'service']],
  type: [['Events of this type', '/events', 'type']],
  severity: [['Events of this severity', '/events', 'severity']],
  principal: [['Credentials with this name', '/credentials', 'principal'], ['Events with this name', '/events', 'q']],
  country: [['Attackers from this country', '/attackers', 'country']],
  session: [['Events of this session', '/events', 'session']],
  hash: [['Events with this hash', '/events', 'q']],
};

export function pivotsOf(field: ChipField, value: string, here: string = location.pathname): Pivot[] {
  return (targets[field] ?? [])
    .filter(([, page]) => page !== here)
    .map(([label, page, parameter]) => ({ label, path: `${page}?${new URLSearchParams({ [parameter]: value }).toString()}` }));
}
