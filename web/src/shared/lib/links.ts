// Paths of the dashboard, in one place. A drawer over any page is `?open=<kind>:<id>`.

export type DetailKind = 'attacker' | 'event' | 'session' | 'credential' | 'decky';

export interface DetailRef {
  kind: DetailKind;
  id: string;
}

const kinds: readonly DetailKind[] = ['attacker', 'event', 'session', 'credential', 'decky'];

export function formatOpen({ kind, id }: DetailRef): string {
  return `${kind}:${id}`;
}

export function parseOpen(value: unknown): DetailRef | null {
  if (typeof value !== 'string') return null;
  const [kind, ...rest] = value.split(':');
  const known = kinds.find((each) => each === kind);
  const id = rest.join(':');
  return known && id ? { kind: known, id } : null;
}

const pages: Record<DetailKind, string> = {
  attacker: '/attackers', event: '/events', session: '/sessions', credential: '/credentials', decky: '/fleet',
};

export function fullPagePath({ kind, id }: DetailRef): string {
  return `${pages[kind]}/${encodeURIComponent(id)}`;
}

// Where a search result leads. The server names pages by the API's nouns.
export function pagePath(href: string): string {
  const path = href.replace(/^\/api\/v1/, '');
  return path.replace(/^\/deckies(?=\/|\?|$)/, '/fleet');
}
