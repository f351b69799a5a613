import { useQuery } from '@tanstack/react-query';
import { useRows } from '@/shared/api/paging';
import type { Event, SessionDetail } from '@/shared/api/types';
import { bytes, plural } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { eventTypeWord, plainWord } from '@/shared/format/words';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { DetailHeading, DetailSection } from '@/shared/ui/detail';
import { Facts } from '@/shared/ui/facts';
import { ListCard } from '@/shared/ui/list-card';
import { QueryView } from '@/shared/ui/query-view';
import { Empty } from '@/shared/ui/states';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import { oneSessionQuery, sessionEvents } from '../api/sessions';
import { Replay } from './replay';
import { SessionStory } from './session-story';

export function SessionDetailView({ id }: { id: string }) {
  const query = useQuery(oneSessionQuery(id));
  return <QueryView query={query}>{(session) => <Content session={session} />}</QueryView>;
}

const columns: readonly Column<Event>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'type', header: 'Type', width: '124px', cell: (row) => eventTypeWord(row.type) },
  { id: 'summary', header: 'What happened', width: 'minmax(220px, 1fr)', cell: (row) => <AttackerText text={row.summary} limit={300} /> },
];

function Content({ session }: { session: SessionDetail }) {
  const { open, openFull } = useOpenDetail();
  const { attacker_uuid: attacker } = session;
  const list = useRows<Event>({ key: ['session', session.uuid, 'events'], fetch: (request) => sessionEvents(session.uuid, request) });
  return (
    <div data-session={session.uuid}>
      <DetailHeading
        title={`${session.service} on ${session.decky}`}
        aside={session.ended_at === null ? <Tag tone="green" dot>Open</Tag> : <Tag>Ended</Tag>}
      />
      <Facts
        items={[
          ['Source', <span key="s"><ValueChip field="ip" value={session.attacker_ip} detail={attacker ? { kind: 'attacker', id: attacker } : undefined} /> port {session.src_port}</span>],
          ['Decky', <span key="d"><ValueChip field="decky" value={session.decky} detail={{ kind: 'decky', id: session.decky }} /> port {session.dst_port} {session.proto}</span>],
          ['Started', <TimeText key="b" at={session.started_at} />],
          ['Ended', <TimeText key="e" at={session.ended_at} missing="still open" />],
          session.duration_ms === null ? null : ['Length', duration(session.duration_ms)],
          session.end_reason ? ['Ended by', plainWord(session.end_reason)] : null,
          ['Traffic', `${bytes(session.bytes_in)} in, ${bytes(session.bytes_out)} out`],
          ['Content', [plural(session.logins, 'login'), plural(session.commands, 'command'), plural(session.files, 'file')].join(', ')],
          ['Session', <ValueChip key="u" field="session" value={session.uuid} mono />],
        ]}
      />
      {(session.recordings.length > 0 || session.commands > 0) && (
        <DetailSection title="Replay">
          <Replay session={session} />
        </DetailSection>
      )}
      <SessionStory session={session} />
      <DetailSection title="Events in order">
        <ListCard
          label="Events of the session" what="events" height={420} list={list} columns={columns} rowKey={(row) => String(row.seq)}
          actions={{ open: (row, full) => { (full ? openFull : open)({ kind: 'event', id: String(row.seq) }); } }}
          empty={<Empty title="No events" hint="They are older than what is kept." />}
        />
      </DetailSection>
    </div>
  );
}
