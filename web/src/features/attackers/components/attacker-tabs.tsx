import { useRows } from '@/shared/api/paging';
import type { CapturedFile, Credential, Event, Fingerprint, SeenUrl, Session } from '@/shared/api/types';
import { plainWord } from '@/shared/format/words';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { ListCard } from '@/shared/ui/list-card';
import { Empty } from '@/shared/ui/states';
import { attackerCommands, attackerCredentials, attackerEvents, attackerFiles, attackerFingerprints, attackerSessions, attackerUrls } from '../api/attackers';
import { commandColumns, credentialColumns, eventColumns, fileColumns, fingerprintColumns, sessionColumns, urlColumns } from '../model/tab-columns';

interface Props {
  uuid: string;
  services: readonly string[];
}

const kHeight = 420;

// Why a list is empty, in the words of what was seen.
export function whyEmpty(services: readonly string[], needed: readonly string[], otherwise: string): string {
  const seen = services.filter((service) => needed.includes(service));
  if (services.length > 0 && seen.length === 0) return `Only ${services.join(', ')} was touched.`;
  return otherwise;
}

const withTls = ['https', 'ssh', 'ftp', 'http', 'smb', 'rdp', 'imap', 'smtp', 'ldap'];
const withCommands = ['ssh', 'telnet', 'redis', 'ftp', 'mysql', 'postgres', 'smtp'];
const withLogins = ['ssh', 'telnet', 'ftp', 'http', 'https', 'redis', 'mysql', 'postgres', 'smb', 'rdp', 'imap', 'pop3', 'smtp', 'vnc', 'ldap', 'mssql'];

export function SessionsTab({ uuid }: Props) {
  const { open, openFull } = useOpenDetail();
  const list = useRows<Session>({ key: ['attacker', uuid, 'sessions'], fetch: (request) => attackerSessions(uuid, request) });
  return (
    <ListCard
      label="Sessions" what="sessions" height={kHeight} list={list} columns={sessionColumns} rowKey={(row) => row.uuid}
      actions={{ open: (row, full) => { (full ? openFull : open)({ kind: 'session', id: row.uuid }); }, copy: (row) => row.uuid }}
      empty={<Empty title="No sessions" hint="No connection was ever completed: only ports were scanned." />}
    />
  );
}

export function CredentialsTab({ uuid, services }: Props) {
  const { open, openFull } = useOpenDetail();
  const list = useRows<Credential>({ key: ['attacker', uuid, 'credentials'], fetch: (request) => attackerCredentials(uuid, request) });
  return (
    <ListCard
      label="Logins" what="logins" height={kHeight} list={list} columns={credentialColumns} rowKey={(row) => row.uuid}
      actions={{ open: (row, full) => { (full ? openFull : open)({ kind: 'credential', id: row.uuid }); }, copy: (row) => row.principal }}
      empty={<Empty title="No logins" hint={whyEmpty(services, withLogins, 'Services were touched, but no login was tried.')} />}
    />
  );
}

export function CommandsTab({ uuid, services }: Props) {
  const { open, openFull } = useOpenDetail();
  const list = useRows<Event>({ key: ['attacker', uuid, 'commands'], fetch: (request) => attackerCommands(uuid, request) });
  return (
    <ListCard
      label="Commands" what="commands" height={kHeight} list={list} columns={commandColumns} rowKey={(row) => String(row.seq)}
      actions={{
        open: (row, full) => { (full ? openFull : open)(row.session_uuid ? { kind: 'session', id: row.session_uuid } : { kind: 'event', id: String(row.seq) }); },
        copy: (row) => row.fields.command ?? '',
      }}
      empty={<Empty title="No commands" hint={whyEmpty(services, withCommands, 'Nothing was typed that a person would call a command.')} />}
    />
  );
}

export function UrlsTab({ uuid }: Props) {
  const { open, openFull } = useOpenDetail();
  const list = useRows<SeenUrl>({ key: ['attacker', uuid, 'urls'], fetch: (request) => attackerUrls(uuid, request) });
  return (
    <ListCard
      label="URLs" what="URLs" height={kHeight} list={list} columns={urlColumns} rowKey={(row) => row.url}
      actions={{ open: (row, full) => { if (row.session_uuid) (full ? openFull : open)({ kind: 'session', id: row.session_uuid }); }, copy: (row) => row.url }}
      empty={<Empty title="No URLs" hint="No decky was told to fetch anything." />}
    />
  );
}

export function EventsTab({ uuid }: Props) {
  const { open, openFull } = useOpenDetail();
  const list = useRows<Event>({ key: ['attacker', uuid, 'events'], fetch: (request) => attackerEvents(uuid, request) });
  return (
    <ListCard
      label="Events" what="events" height={kHeight} list={list} columns={eventColumns} rowKey={(row) => String(row.seq)}
      actions={{ open: (row, full) => { (full ? openFull : open)({ kind: 'event', id: String(row.seq) }); } }}
      empty={<Empty title="No events" hint="They are older than what is kept." />}
    />
  );
}

export function FingerprintsTab({ uuid, services }: Props) {
  const list = useRows<Fingerprint>({ key: ['attacker', uuid, 'fingerprints'], fetch: (request) => attackerFingerprints(uuid, request) });
  return (
    <ListCard
      label="Fingerprints" what="fingerprints" height={kHeight} list={list} columns={fingerprintColumns} rowKey={(row) => `${row.kind} ${row.value}`}
      actions={{ copy: (row) => row.value }}
      empty={<Empty title="No fingerprints" hint={whyEmpty(services, withTls, `Nothing that the client sent tells it apart: no TLS, no banner${services.length ? ` (${plainWord(services.join(', '))})` : ''}.`)} />}
    />
  );
}

export function FilesTab({ uuid }: Props) {
  const list = useRows<CapturedFile>({ key: ['attacker', uuid, 'files'], fetch: (request) => attackerFiles(uuid, request) });
  return (
    <ListCard
      label="Files" what="files" height={kHeight} list={list} columns={fileColumns} rowKey={(row) => `${row.sha256} ${row.at}`}
      actions={{ copy: (row) => row.sha256 }}
      empty={<Empty title="No files" hint="Nothing was uploaded, and no decky was made to fetch anything." />}
    />
  );
}
