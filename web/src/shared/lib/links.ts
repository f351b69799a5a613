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
  attacker: '/attackers', event: '/feed', session: '/sessions', credential: '/credentials', decky: '/fleet',
};

export function fullPagePath({ kind, id }: DetailRef): string {
  return `${pages[kind]}/${encodeURIComponent(id)}`;
}

// Where a search result leads. The server names sessions and files by the page that it expects to show them.
export function pagePath(href: string): string {
  const path = href.replace(/^\/api\/v1/, '').replace(/^\/deckies(?=\/|\?|$)/, '/fleet').replace(/^\/events(?=\/|\?|$)/, '/feed');
  const session = /^\/attackers\/[^?]+\?.*\bsession=([0-9a-f-]{36})/.exec(path)?.[1];
  if (session) return `/sessions/${session}`;
  const file = /^\/files\/([0-9a-f]{64})/.exec(path)?.[1];
  return file ? `/feed?q=${file}` : path;
}
