import { attackers, deckies, events } from './data.mjs';
import { facet, inSpan } from './lists.mjs';

const kPoints = 96;

export function overview(state, query) {
  const now = Date.now();
  const until = new Date(query.get('until') ?? now).getTime();
  const since = new Date(query.get('since') ?? now - 7 * 86_400_000).getTime();
  const rows = state.empty ? [] : inSpan(events, query, 'at');
  const critical = rows.filter(({ severity }) => severity === 'warning' || severity === 'error');
  const step = (until - since) / kPoints;
  const rate = Array.from({ length: kPoints }, (_, index) => ({ at: new Date(since + index * step).toISOString(), total: 0, critical: 0 }));
  for (const { at, severity } of rows) {
    const point = rate[Math.min(kPoints - 1, Math.floor((new Date(at).getTime() - since) / step))];
    if (!point) continue;
    point.total += 1;
    if (severity === 'warning' || severity === 'error') point.critical += 1;
  }
  const seen = state.empty ? [] : inSpan(attackers, query, 'last_seen');
  const countries = new Map();
  for (const { country, country_name, events: n } of state.private ? [] : seen) {
    if (country === null) continue;
    const entry = countries.get(country) ?? { country, name: country_name, attackers: 0, events: 0 };
    entry.attackers += 1;
    entry.events += n;
    countries.set(country, entry);
  }
  const kpi = (key, value, factor) => ({ key, value, previous: Math.round(value * factor) });
  return {
    kpis: [kpi('events', rows.length, 0.89), kpi('attackers', seen.length, 1.04), kpi('sessions', Math.round(rows.length / 5), 0.93), kpi('credentials', Math.round(rows.length / 7), 1), kpi('files', Math.round(critical.length / 9), 0.5)],
    rate, top_attackers: [...seen].sort((a, b) => b.events - a.events).slice(0, 10),
    deckies_hit: facet(rows, 'decky').slice(0, 10).map(({ value, count }) => ({ decky: value, events: count, attackers: Math.ceil(count / 9) })),
    countries: [...countries.values()].sort((a, b) => b.attackers - a.attackers), private_attackers: seen.filter(({ country }) => country === null).length, attention: critical.slice(-20).reverse(),
    deckies: { total: state.empty ? 0 : deckies.length, up: state.empty ? 0 : deckies.filter((decky) => decky.state === 'up').length }, workers: { ok: 6, stale: 1, unknown: 1 },
  };
}
