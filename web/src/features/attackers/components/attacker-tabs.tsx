import { useRows } from '@/shared/api/paging';
import type { CapturedFile, Credential, Event, Fingerprint, Session } from '@/shared/api/types';
import { plainWord } from '@/shared/format/words';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { ListCard } from '@/shared/ui/list-card';
import { Empty } from '@/shared/ui/states';
import { attackerCredentials, attackerEvents, attackerFiles, attackerFingerprints, attackerSessions } from '../api/attackers';
import { credentialColumns, eventColumns, fileColumns, fingerprintColumns, sessionColumns } from '../model/tab-columns';

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
