// Workers, users, tokens, audit log: the small lists.
import { iso } from './data.mjs';
import { uuid } from './random.mjs';

const started = Date.now();

export const users = [
  ['admin', 'admin', false, false], ['ana', 'analyst', false, false], ['tom', 'operator', true, false], ['guest', 'viewer', false, true],
].map(([username, role, must_change_password, disabled], index) => ({
  uuid: uuid(5, index), username, role, created_at: iso(started - 40 * 86_400_000), last_login_at: index === 2 ? null : iso(started - index * 7_200_000 - 60_000), must_change_password, disabled,
}));

export const tokens = ['siem', 'nightly-export'].map((name, index) => ({
  uuid: uuid(6, index), name, role: index ? 'viewer' : 'analyst', created_at: iso(started - 20 * 86_400_000), expires_at: index ? null : iso(started + 70 * 86_400_000),
  last_used_at: index ? null : iso(started - 30_000), prefix: `dnt_${index ? 'q8Z1' : '7fKx'}`,
}));

const actions = ['login', 'revealSecret', 'createUser', 'createToken', 'login', 'updateUser', 'downloadFile'];
export const audit = Array.from({ length: 500 }, (_, index) => ({
  seq: 500 - index, at: iso(started - index * 1_700_000), actor: ['admin', 'ana', 'tom'][index % 3], role: ['admin', 'analyst', 'operator'][index % 3], action: actions[index % actions.length],
  target: index % 3 ? `user/${uuid(5, 1)}` : '', detail: index % 7 === 5 ? 'role: viewer → analyst' : '', source_ip: '127.0.0.1', outcome: index % 11 === 0 ? 'refused' : 'ok',
}));

export const rejected = Array.from({ length: 60 }, (_, index) => ({
  seq: 60 - index, at: iso(started - index * 900_000), source: index % 2 ? 'engine.0' : 'import', reason: ['no_structured_data', 'bad_timestamp', 'line_too_long'][index % 3],
  line: '<134>1 2026-13-45T25:00:00Z web-01 http - request [decnet@32473 path="/\u0007"] \u001b[2J',
}));

export const imports = ['dionaea', 'heralding', 'honeytrap'].map((kind, index) => ({
  at: iso(started - (index + 1) * 80_000_000), kind, file: `uqo_${kind}.jsonl`, lines: 51234 - index * 9000, mapped: 51200 - index * 9100, rejected: 34 + index * 100,
}));

const names = ['collector', 'ingester', 'reconciler', 'profiler', 'correlator', 'api', 'bus', 'retention'];
export function workers() {
  return names.map((name, index) => {
    const state = index === 4 ? 'stale' : index === 7 ? 'unknown' : 'ok';
    const age = state === 'unknown' ? null : state === 'stale' ? 184 : 2 + index * 3;
    return {
      name, state, reason: '', last_beat_at: age === null ? null : iso(Date.now() - age * 1000), age_s: age, version: state === 'unknown' ? '' : '0.1.0', pid: state === 'unknown' ? null : 4200 + index,
      uptime_s: state === 'unknown' ? null : (Date.now() - started) / 1000 + 86400 * index, restarts: index === 4 ? 2 : 0, process: index < 5 ? 'core' : name, counters: state === 'unknown' ? {} : { lines: 123456 * (index + 1), batches: 991, refused: index },
      rates: { lines: 12.5 }, last_error: '', installed: false, supervised: true, last_words: index === 4 ? { at: iso(Date.now() - 190_000), actor: 'ana', reason: 'maintenance' } : null,
    };
  });
}

export const crashes = [
  {
    id: '20261128T112233Z-engine.0-4711', at: iso(started - 7_200_000), signal: 'SIGSEGV', process: 'engine.0', worker: '', version: '0.1.0', pid: 4711,
    trace: ['/usr/bin/decnet(+0x1a2b3c)[0x55d0a1b2c3d4] in decnet::(anonymous namespace)::on_crash(int, siginfo_t*, void*)', '/lib/x86_64-linux-gnu/libc.so.6(+0x3c050)[0x7f0011223344]', '/usr/bin/decnet(+0x4d5e6f)[0x55d0a1c2d3e4] in decnet::engine::Engine::run(decnet::control::Channel&)'],
  },
];

export function health(state) {
  const degraded = [...(state.bus ? [] : ['bus']), ...(state.disk === 'ok' ? [] : ['disk'])];
  const free = { ok: 79, low: 0.8, critical: 0.2 }[state.disk] * 2 ** 30;
  return {
    status: degraded.length ? 'degraded' : 'ok', degraded, bus: { connected: state.bus, since: iso(state.busSince) }, store: { ok: true, schema_version: 3, bytes: 412_000_000 },
    disk: { free_bytes: Math.round(free), total_bytes: 252 * 2 ** 30, level: state.disk }, ingest: { lag_bytes: 1280, rejected_total: 60, dropped_total: 0, acknowledging: state.disk !== 'critical' },
    stream_clients: 1, version: '0.1.0', started_at: iso(started),
  };
}
