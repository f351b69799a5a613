// Other pages that know something about a value.
import type { ChipField } from './chip-context';

export interface Pivot {
  label: string;
  path: string;
}

const targets: Partial<Record<ChipField, readonly (readonly [label: string, page: string, parameter: string])[]>> = {
  ip: [['Events from here', '/feed', 'ip'], ['Attackers at this address', '/attackers', 'ip']],
  attacker: [['Events of this attacker', '/feed', 'attacker'], ['Credentials of this attacker', '/credentials', 'attacker']],
  decky: [['Events on this decky', '/feed', 'decky'], ['Credentials tried here', '/credentials', 'decky']],
  service: [['Events of this service', '/feed', 'service'], ['Credentials tried here', '/credentials', 'service']],
  type: [['Events of this type', '/feed', 'type']],
  severity: [['Events of this severity', '/feed', 'severity']],
  principal: [['Credentials with this name', '/credentials', 'principal'], ['Events with this name', '/feed', 'q']],
  country: [['Attackers from this country', '/attackers', 'country']],
  session: [['Events of this session', '/feed', 'session']],
  secret: [['Where it was tried', '/credentials', 'q']],
  hash: [['Events with this hash', '/feed', 'q']],
};

export function pivotsOf(field: ChipField, value: string, here: string = location.pathname): Pivot[] {
  return (targets[field] ?? [])
    .filter(([, page]) => page !== here || field === 'secret') // The list of secrets is another tab of the same page.
    .map(([label, page, parameter]) => ({ label, path: `${page}?${new URLSearchParams({ [parameter]: value }).toString()}` }));
}
