// Generated rows of every kind: 100,000 attackers and 100,000 events, hostile texts among them.
import { seeded, sha256ish, uuid } from './random.mjs';

export const kRows = Number(process.env.MOCK_ROWS ?? 100_000);
const kSpanMs = 7 * 86_400_000;
const { below, next, pick } = seeded(42);

const countries = [
  ['US', 'United States', 21], ['CN', 'China', 19], ['RU', 'Russia', 9], ['DE', 'Germany', 8], ['NL', 'Netherlands', 7], ['IN', 'India', 6], ['BR', 'Brazil', 6],
  ['VN', 'Vietnam', 4], ['FR', 'France', 4], ['GB', 'United Kingdom', 3], ['SG', 'Singapore', 3], ['KR', 'South Korea', 3], ['ID', 'Indonesia', 2], ['UA', 'Ukraine', 2],
  ['ZA', 'South Africa', 1], ['AR', 'Argentina', 1], ['JP', 'Japan', 1],
].flatMap(([code, name, weight]) => Array.from({ length: weight }, () => [code, name]));
const networks = [[14061, 'Example Cloud'], [4134, 'Backbone East'], [16509, 'Example Compute'], [9009, 'Transit Europe'], [24940, 'Rack Hosting'], [3462, 'Island Telecom']];
const users = ['root', 'admin', 'ubuntu', 'oracle', 'test', 'postgres', 'git', 'pi', 'administrator', 'deploy', 'user', 'ftp', 'www-data', 'guest', 'Ünsal', 'root\u0000', '\u202Enimda', '<script>alert(1)</script>'];
const kinds = ['plaintext', 'plaintext', 'plaintext', 'http_basic', 'http_digest'];
const services = ['http', 'https', 'ftp', 'redis'];
export const archetypes = ['linux-server', 'web-server', 'database-server', 'file-server', 'devops-host'];
const severityOrder = ['info', 'notice', 'warning', 'error'];
const started = Date.now();
export const iso = (ms) => new Date(ms).toISOString();

export const deckies = Array.from({ length: 48 }, (_, index) => {
  const archetype = archetypes[index % archetypes.length];
  const state = index === 7 ? 'down' : index === 13 ? 'degraded' : index === 29 ? 'pending' : 'up';
  const ports = { http: 80, https: 443, ftp: 21, redis: 6379 };
  return {
    name: `${archetype.split('-')[0]}-${String(index + 1).padStart(2, '0')}`, uuid: uuid(1, index), archetype, personality: index % 3 ? 'Linux 6.1' : 'Linux 5.10', ip: `127.66.0.${index + 10}`,
    mac: `52:54:00:${[index, index * 7, index * 13].map((n) => (n % 256).toString(16).padStart(2, '0')).join(':')}`, hostname: `${archetype.split('-')[0]}${index + 1}.corp.example`,
    services: services.slice(0, 1 + (index % 4)).map((name, at) => ({
      name, port: ports[name], actual_port: index === 3 && at === 0 ? ports[name] + 10000 : ports[name], state: state === 'up' ? 'up' : state === 'degraded' && at > 0 ? 'up' : state === 'degraded' ? 'down' : state,
      reason: state === 'degraded' && at === 0 ? 'address already in use' : null,
    })),
    state, reason: state === 'down' ? 'its namespace is gone, being rebuilt' : state === 'degraded' ? 'http: address already in use' : null,
    deployed_at: iso(started - 9 * 86_400_000 + index * 1000), last_seen: index % 11 === 10 ? null : iso(started - below(86_400_000)), hits_24h: index % 11 === 10 ? 0 : below(5000),
  };
});

function address(index) {
  if (index % 17 === 0) return index % 34 === 0 ? `10.20.${(index >> 8) % 256}.${index % 256}` : `2001:db8:${(index % 65536).toString(16)}::${(index >> 4).toString(16)}`;
  return `${11 + (index * 7) % 180}.${(index * 13) % 256}.${(index >> 8) % 256}.${index % 256}`;
}

export const attackers = Array.from({ length: kRows }, (_, index) => {
  const ip = address(index);
  const isPrivate = ip.startsWith('10.');
  const [country, country_name] = isPrivate ? [null, null] : pick(countries);
  const [asn, as_name] = isPrivate ? [null, null] : pick(networks);
  const events = Math.min(9000, Math.ceil(1.2 / (next() + 1e-9) ** 0.75));
  const last = started - Math.floor(next() ** 2 * kSpanMs);
  const sessions = Math.ceil(events / 5);
  return {
    uuid: uuid(2, index), ip, country, country_name, asn, as_name, first_seen: iso(last - below(3 * 86_400_000)), last_seen: iso(last), events, sessions,
    credentials: below(sessions + 1), deckies: 1 + below(Math.min(12, events)), files: index % 40 === 0 ? 1 + below(3) : 0,
    severity_max: index % 40 === 0 ? 'warning' : pick(['info', 'notice', 'notice']),
  };
}).sort((a, b) => (a.last_seen < b.last_seen ? 1 : -1));
export const attackerBy = new Map(attackers.map((attacker) => [attacker.uuid, attacker]));

const hostile = ['GET /?q=<img src=x onerror=alert(1)>', 'SET k "\u001b[31mred\u001b[0m\u0007"', 'USER \u202Etxt.exe', `GET /${'A'.repeat(600)}`, 'PING \u0000\r\n', 'CONFIG SET dir /root/.ssh'];

export function makeEvent(seq, at) {
  const random = seeded(seq);
  const attacker = attackers[random.below(Math.min(2000, attackers.length))];
  const decky = random.pick(deckies);
  const service = random.pick(decky.services).name;
  const [type, severity, summary, fields] = body(random, service);
  return {
    seq, at: iso(at), severity, type, decky: decky.name, service, session_uuid: type === 'scan' ? null : uuid(3, seq >> 3), attacker_uuid: attacker.uuid, src_ip: attacker.ip,
    src_port: 1024 + random.below(60000), dst_ip: decky.ip, dst_port: decky.services[0].port, proto: 'tcp', summary, fields,
  };
}

function body(random, service) {
  const user = random.pick(users);
  switch (random.below(20)) {
    case 0: case 1: case 2: return ['session.started', 'info', `${service} session started`, {}];
    case 3: case 4: return ['session.ended', 'info', `${service} session ended after ${random.below(90)} s: peer closed`, { duration_ms: String(random.below(90000)), bytes_in: String(random.below(4000)), bytes_out: String(random.below(20000)), reason: 'peer_closed' }];
    case 5: return ['scan', 'info', 'touched closed port 3389', { port: '3389', flags: 'S' }];
    case 6: return ['fingerprint', 'info', 'JA4 t13d1516h2_8daaf6152771_02713d6af862', { kind: 'ja4', value: 't13d1516h2_8daaf6152771_02713d6af862' }];
    case 7: return random.below(6) === 0
      ? ['login.attempt', 'warning', `login accepted: ${user} / •••••• (plaintext)`, { principal: user, secret_kind: 'plaintext', secret_printable: '••••••', outcome: 'accepted' }]
      : ['login.attempt', 'notice', `login refused: ${user} / •••••• (plaintext)`, { principal: user, secret_kind: 'plaintext', secret_printable: '••••••', outcome: 'refused' }];
    case 8: if (random.below(12) === 0) return ['file.captured', 'warning', 'file captured: x.sh, 4.1 KiB', { sha256: sha256ish(random.below(40)), size: '4198', name: 'x.sh', path: '/tmp/x.sh' }];
      return ['command', 'info', random.pick(hostile), { command: random.pick(hostile), output_bytes: '120' }];
    case 9: return ['command', 'info', random.pick(hostile), { command: random.pick(hostile), output_bytes: '31' }];
    case 10: if (random.below(60) === 0) return ['system.log', 'error', 'engine shard 1 restarted', { reason: 'killed by signal 9' }];
      return ['detection_probe', 'warning', 'detection probe: paramiko banner check', { name: 'paramiko_banner' }];
    case 11: case 12: return ['request', 'info', `${random.pick(['GET', 'POST', 'HEAD'])} ${random.pick(['/', '/wp-login.php', '/.env', '/phpmyadmin/', '/robots.txt'])} → ${random.pick([200, 404, 302])}`, { method: 'GET', path: '/wp-login.php', status: '200', user_agent: 'Mozilla/5.0 zgrab/0.x' }];
    default: return ['login.attempt', 'notice', `login refused: ${user} / •••••• (${random.pick(kinds)})`, { principal: user, secret_kind: 'plaintext', secret_printable: '••••••', outcome: 'refused' }];
  }
}

// Denser towards now, so that every time range has something to show.
export const events = Array.from({ length: kRows }, (_, index) => makeEvent(index + 1, started - Math.floor((1 - (index + 1) / kRows) ** 1.6 * kSpanMs)));

export const credentials = Array.from({ length: Math.min(kRows, 20_000) }, (_, index) => {
  const random = seeded(index + 5000);
  const attacker = random.pick(attackers.slice(0, 2000));
  const attempts = 1 + Math.floor(random.next() ** 4 * 400);
  const last = started - Math.floor(random.next() ** 2 * kSpanMs);
  const decky = random.pick(deckies);
  const accepted = index % 60 === 0;
  return {
    uuid: uuid(4, index), attacker_uuid: attacker.uuid, attacker_ip: attacker.ip, decky: decky.name, service: random.pick(decky.services).name, principal: random.pick(users),
    secret_kind: random.pick(kinds), secret_sha256: sha256ish(index % 300), secret_masked: `${random.pick(['p', 'a', '1', 'r', 'Q'])}•••••${random.pick(['d', '3', '!', 't'])}`, accepted, attempts,
    accepted_count: accepted ? 1 : 0, first_seen: iso(last - below(86_400_000)), last_seen: iso(last), crack_format: null,
  };
}).sort((a, b) => (a.last_seen < b.last_seen ? 1 : -1));

export const worst = (list) => list.reduce((a, b) => (severityOrder.indexOf(b) > severityOrder.indexOf(a) ? b : a), 'info');
