// The answers of the mock API. `state` is what a test can change; see mock-server.mjs.
import { attackerBy, attackers, credentials, deckies, events, iso } from './data.mjs';
import { facet, inSpan, matching, page, problem, sorted } from './lists.mjs';
import { overview } from './overview.mjs';
import { sha256ish, uuid } from './random.mjs';
import { recording, sessionDetail, sessionsFor } from './sessions.mjs';
import { audit, crashes, health, imports, rejected, tokens, users, workers } from './system.mjs';

const eventFields = { type: 'type', decky: 'decky', service: 'service', severity: 'severity', attacker_uuid: 'attacker_uuid', ip: 'src_ip', session_uuid: 'session_uuid' };
const ok = (body, status = 200) => ({ status, body });
const none = { status: 204, body: null };

function eventsFor(state, query) {
  const rows = matching(inSpan(state.empty ? [] : events, query, 'at'), query, eventFields);
  return query.get('sort') === 'seq' ? rows : rows.toReversed();
}

function session(state) {
  const user = { ...users[0], role: state.role, must_change_password: state.mustChange };
  return { user, csrf_token: 'mock-csrf', expires_at: iso(Date.now() + 8 * 3_600_000) };
}

const files = (attacker) => Array.from({ length: attacker.files }, (_, index) => ({
  sha256: sha256ish(index), size: 4198 * (index + 1), name: ['x.sh', 'bins\u0007.tar', 'shell.php'][index % 3], path: '/upload/x.sh', attacker_ip: attacker.ip, attacker_uuid: attacker.uuid, decky: deckies[0].name,
  service: 'ftp', session_uuid: uuid(3, index), at: attacker.last_seen, stored: index !== 1, truncated: index === 2,
}));

const fingerprints = [['ja4', 't13d1516h2_8daaf6152771_02713d6af862'], ['ja3', 'e7d705a3286e19ea42f587b344ee6865'], ['user_agent', 'Mozilla/5.0 zgrab/0.x'], ['header_order', 'host,user-agent,accept']].map(([kind, value], index) => ({
  kind, value, raw: null, attackers: 12 * (index + 1), first_seen: events[0]?.at, last_seen: events.at(-1)?.at, count: 400 * (index + 1),
}));

const urls = ['http://203.0.113.9/x.sh', 'tftp://203.0.113.9/bins\u202e.tar', 'https://update.example/a?b=<script>'].map((url, index) => ({
  url, count: 3 - index, first_seen: events[0]?.at, last_seen: events.at(-1)?.at, session_uuid: uuid(3, index),
}));

const detail = (attacker) => ({
  ...attacker, services: ['http', 'ftp', 'redis'], decky_names: deckies.slice(0, attacker.deckies).map(({ name }) => name), is_private: attacker.country === null, event_types: { 'login.attempt': attacker.events },
  by_hour: Array.from({ length: 60 }, (_, index) => ({ at: iso(Date.now() - ((index * index) % 167) * 3_600_000), count: 1 + ((index * 37) % 40) })),
});

const search = (q) => [
  ...attackers.slice(0, 5000).filter(({ ip }) => ip.includes(q)).slice(0, 4).map(({ ip, uuid: id, events: n }) => ({ kind: 'attacker', title: ip, subtitle: `${n} events`, href: `/attackers/${id}` })),
  ...deckies.filter(({ name, ip }) => name.includes(q) || ip.includes(q)).slice(0, 3).map(({ name, ip }) => ({ kind: 'decky', title: name, subtitle: ip, href: `/deckies/${name}` })),
  ...credentials.slice(0, 2000).filter(({ principal }) => principal.includes(q)).slice(0, 3).map(({ principal, service, uuid: id }) => ({ kind: 'credential', title: principal, subtitle: service, href: `/credentials/${id}` })),
];

const list = (rows) => ({ state, query }) => ok(page(state.empty ? [] : rows, query));
const find = (rows, key) => ({ id, state }) => {
  const row = state.empty ? undefined : rows.find((each) => each[key] === id);
  return row ? ok(row) : problem(404, 'Not found', { detail: 'There is no such thing, or it is older than what is kept.' });
};

export const routes = {
  'POST /auth/login': ({ body, state }) => {
    if (state.limited) return { ...problem(429, 'Too many attempts'), headers: { 'Retry-After': '27' } };
    if (body.password !== state.password) return problem(401, 'Login refused');
    return { ...ok(session(state)), headers: { 'Set-Cookie': 'decnet_session=mock; HttpOnly; SameSite=Strict; Path=/' } };
  },
  'POST /auth/logout': () => ({ ...none, headers: { 'Set-Cookie': 'decnet_session=; Max-Age=0; Path=/' } }),
  'GET /auth/session': ({ state }) => ok(session(state)),
  'POST /auth/password': ({ body, state }) => {
    if (body.current_password !== state.password) return problem(403, 'The current password is wrong');
    Object.assign(state, { password: body.new_password, mustChange: false });
    return none;
  },
  'GET /overview': ({ state, query }) => ok(overview(state, query)),
  'GET /events': ({ state, query }) => ok(page(eventsFor(state, query), query)),
  'GET /events/facets': ({ state, query }) => {
    const rows = eventsFor(state, query);
    return ok(Object.fromEntries(['type', 'service', 'decky', 'severity'].map((field) => [field, facet(rows, field)])));
  },
  'GET /events/:id': ({ id, state }) => {
    const event = state.empty ? undefined : events[Number(id) - 1];
    if (!event) return problem(404, 'Not found');
    const fields = Object.entries(event.fields).map(([name, value]) => ` ${name}="${value}"`).join('');
    return ok({ ...event, raw: `<134>1 ${event.at} ${event.decky} ${event.service} ${event.session_uuid ?? '-'} ${event.type} [decnet@32473 src_ip="${event.src_ip}"${fields}]` });
  },
  'GET /attackers': ({ state, query }) => {
    const rows = matching(inSpan(state.empty ? [] : attackers, query, 'last_seen'), query, { ip: 'ip', country: 'country' });
    return ok(page(sorted(rows, query.get('sort'), '-last_seen'), query));
  },
  'GET /attackers/:id': ({ id, state }) => {
    const attacker = state.empty ? undefined : attackerBy.get(id);
    return attacker ? ok(detail(attacker)) : problem(404, 'Not found');
  },
  'GET /attackers/:id/fingerprints': list(fingerprints),
  'GET /attackers/:id/urls': list(urls),
  'GET /sessions': ({ state, query }) => ok(page(state.empty ? [] : sessionsFor(query), query)),
  'GET /sessions/:id': ({ id, state }) => (state.empty ? problem(404, 'Not found') : ok(sessionDetail(id, state))),
  'GET /sessions/:id/recording': recording,
  'GET /credentials': ({ state, query }) =>
    ok(page(sorted(matching(state.empty ? [] : credentials, query, { attacker_uuid: 'attacker_uuid', decky: 'decky', service: 'service', principal: 'principal', secret_kind: 'secret_kind', accepted: 'accepted' }), query.get('sort'), '-last_seen'), query)),
  'GET /credentials/top': ({ state }) => {
    const rows = state.empty ? [] : credentials;
    const secrets = facet(rows, 'secret_sha256').slice(0, 15).map(({ value, count }) => ({ masked: 'p•••••d', secret_sha256: value, count }));
    return ok({ principals: facet(rows, 'principal').slice(0, 15), secrets, pairs: secrets.map((secret, index) => ({ principal: rows[index]?.principal ?? 'root', ...secret })) });
  },
  'GET /credentials/:id': find(credentials, 'uuid'),
  'GET /credentials/:id/secret': () => ok({ secret: 'pässword\u0007d', secret_b64: 'cMOkc3N3b3JkB2Q=', crack_line: null }),
  'GET /files': ({ state, query }) => ok(page(state.empty ? [] : files(attackerBy.get(query.get('attacker_uuid')) ?? attackers[0]), query)),
  'GET /deckies': list(deckies),
  'GET /deckies/:id': find(deckies, 'name'),
  'GET /workers': ({ state }) => ok({ ...page(state.empty ? [] : workers(), new URLSearchParams()), bus_connected: state.bus }),
  'GET /workers/:id': ({ id }) => {
    const worker = workers().find(({ name }) => name === id);
    return worker ? ok({ ...worker, log: ['2026-11-28T11:22:33.000Z info  listening', '2026-11-28T11:22:34.000Z warn  a line was rejected: <script>'] }) : problem(404, 'Not found');
  },
  'POST /workers/:id/stop': ({ id }) => ok({ name: id, action: 'stop' }, 202),
  'POST /workers/:id/start': ({ id }) => ok({ name: id, action: 'start', already_running: false }, 202),
  'POST /workers/start-all': () => ok({ started: ['correlator'], already_running: ['bus', 'api'], failed: [{ name: 'retention', reason: 'nobody here starts that' }] }, 202),
  'GET /crashes': ({ state }) => ok(page(state.empty ? [] : crashes, new URLSearchParams())),
  'GET /health': ({ state }) => ok(health(state)),
  'GET /search': ({ state, query }) => ok({ results: state.empty ? [] : search(query.get('q') ?? '') }),
  'GET /users': list(users),
  'GET /users/:id': ({ id }) => ({ ...ok(users.find((user) => user.uuid === id)), headers: { ETag: '"1"' } }),
  'POST /users': ({ body }) => {
    const user = { ...users[1], uuid: uuid(5, users.length), username: body.username, role: body.role, must_change_password: true, last_login_at: null };
    users.push(user);
    return ok({ ...user, password: 'coral-anvil-74-mist' }, 201);
  },
  'PATCH /users/:id': ({ id, body }) => ok(Object.assign(users.find((user) => user.uuid === id), body)),
  'DELETE /users/:id': ({ id }) => {
    users.splice(users.findIndex((user) => user.uuid === id), 1);
    return none;
  },
  'POST /users/:id/reset-password': () => ok({ password: 'amber-field-19-owl' }),
  'GET /tokens': list(tokens),
  'POST /tokens': ({ body }) => ok({ ...tokens[0], uuid: uuid(6, 9), name: body.name, role: body.role, expires_at: body.expires_at, token: 'dnt_mock_0123456789abcdef' }, 201),
  'DELETE /tokens/:id': () => none,
  'GET /audit': ({ state, query }) => ok(page(matching(state.empty ? [] : audit, query, { actor: 'actor', action: 'action' }), query)),
  'GET /rejected': list(rejected),
  'GET /imports': list(imports),
};
