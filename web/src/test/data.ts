// One of each thing that the API answers with.
import type {
  Attacker, AttackerDetail, AuditEntry, Credential, Decky, Event, Health, Overview, Role, SessionDetail, SessionInfo, Token, User, Worker,
} from '@/shared/api/types';

export const ids = {
  user: '01970005-0000-7000-8000-000000000001', attacker: '01970002-0000-7000-8000-000000000001', session: '01970003-0000-7000-8000-000000000001', credential: '01970004-0000-7000-8000-000000000001',
};
const now = new Date().toISOString();

export function user(role: Role = 'admin', change: Partial<User> = {}): User {
  return { uuid: ids.user, username: 'ana', role, created_at: now, last_login_at: now, must_change_password: false, disabled: false, ...change };
}

export function sessionInfo(role: Role = 'admin', change: Partial<User> = {}): SessionInfo {
  return { user: user(role, change), csrf_token: 'csrf', expires_at: now };
}

export function event(seq: number, change: Partial<Event> = {}): Event {
  return {
    seq, at: now, severity: 'notice', type: 'login.attempt', decky: 'web-01', service: 'http', session_uuid: ids.session, attacker_uuid: ids.attacker, src_ip: '198.51.100.7', src_port: 40000,
    dst_ip: '127.66.0.10', dst_port: 80, proto: 'tcp', summary: `login refused: root / •••• (${String(seq)})`, fields: { principal: 'root', outcome: 'refused' }, ...change,
  };
}

export function attacker(change: Partial<Attacker> = {}): Attacker {
  return {
    uuid: ids.attacker, ip: '198.51.100.7', country: 'NL', country_name: 'Netherlands', asn: 64500, as_name: 'Example', first_seen: now, last_seen: now, events: 12, sessions: 3, credentials: 2,
    deckies: 1, files: 0, severity_max: 'warning', ...change,
  };
}

export function attackerDetail(change: Partial<AttackerDetail> = {}): AttackerDetail {
  return { ...attacker(), services: ['redis'], decky_names: ['web-01'], is_private: false, event_types: { command: 12 }, by_hour: [{ at: now, count: 12 }], ...change };
}

export const session: SessionDetail = {
  uuid: ids.session, attacker_uuid: ids.attacker, attacker_ip: '198.51.100.7', decky: 'web-01', service: 'http', src_port: 40000, dst_port: 80, proto: 'tcp', started_at: now, ended_at: now,
  duration_ms: 1200, bytes_in: 10, bytes_out: 20, events: 2, logins: 1, commands: 0, files: 0, end_reason: 'peer_closed', accepted: 0,
  has_recording: false, segments: 0, recorded_ms: 0, login_list: [], command_list: [], file_list: [], urls: [], cut: false, recordings: [],
};

export function credential(change: Partial<Credential> = {}): Credential {
  return {
    uuid: ids.credential, attacker_uuid: ids.attacker, attacker_ip: '198.51.100.7', decky: 'web-01', service: 'http', principal: 'root', secret_kind: 'plaintext', secret_sha256: 'ab'.repeat(32),
    secret_masked: 't••r', accepted: false, attempts: 4, accepted_count: 0, first_seen: now, last_seen: now, crack_format: null, ...change,
  };
}

export function decky(change: Partial<Decky> = {}): Decky {
  return {
    name: 'web-01', uuid: '01970001-0000-7000-8000-000000000001', archetype: 'web-server', personality: 'Linux 6.1', ip: '127.66.0.10', mac: '52:54:00:00:00:01', hostname: 'www1',
    services: [{ name: 'http', port: 80, actual_port: 10080, state: 'up', reason: null }], state: 'up', reason: null, deployed_at: now, last_seen: now, hits_24h: 7, ...change,
  };
}

export function worker(change: Partial<Worker> = {}): Worker {
  return {
    name: 'ingester', state: 'ok', reason: '', last_beat_at: now, age_s: 2, version: '0.1.0', pid: 42, uptime_s: 100, restarts: 0, process: 'core', counters: { lines: 5 }, rates: {}, last_error: '', installed: false, supervised: true,
    last_words: null, ...change,
  };
}

export function health(change: Partial<Health> = {}): Health {
  return {
    status: 'ok', degraded: [], bus: { connected: true, since: now }, store: { ok: true, schema_version: 1, bytes: 1024 }, disk: { free_bytes: 1e9, total_bytes: 2e9, level: 'ok' },
    ingest: { lag_bytes: 0, rejected_total: 0, dropped_total: 0, acknowledging: true }, stream_clients: 1, version: '0.1.0', started_at: now, ...change,
  };
}

export function overview(change: Partial<Overview> = {}): Overview {
  return {
    kpis: [{ key: 'events', value: 120, previous: 100 }, { key: 'attackers', value: 4, previous: 4 }, { key: 'sessions', value: 9, previous: 0 }, { key: 'credentials', value: 0, previous: 0 }, { key: 'files', value: 0, previous: 3 }],
    rate: [{ at: now, total: 120, critical: 3 }], top_attackers: [attacker()], deckies_hit: [{ decky: 'web-01', events: 120, attackers: 4 }],
    countries: [{ country: 'NL', name: 'Netherlands', attackers: 4, events: 120 }], private_attackers: 0, attention: [event(7, { severity: 'warning', summary: 'login accepted: root' })],
    deckies: { total: 12, up: 12 }, workers: { ok: 5, stale: 0, unknown: 0 }, ...change,
  };
}

export const token: Token = { uuid: '01970006-0000-7000-8000-000000000001', name: 'siem', role: 'viewer', created_at: now, expires_at: null, last_used_at: null, prefix: 'dnt_ab12' };

export const auditEntry: AuditEntry = { seq: 1, at: now, actor: 'ana', role: 'admin', action: 'createUser', target: 'user/tom', detail: '', source_ip: '127.0.0.1', outcome: 'ok' };

export function page<T>(...data: T[]): { data: T[]; next_cursor: null; prev_cursor: null } {
  return { data, next_cursor: null, prev_cursor: null };
}
