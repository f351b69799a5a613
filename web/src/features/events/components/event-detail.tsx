import { Button, Switch } from '@mantine/core';
import IconArrowUpRight from '@tabler/icons-react/dist/esm/icons/IconArrowUpRight.mjs';
import IconFocusCentered from '@tabler/icons-react/dist/esm/icons/IconFocusCentered.mjs';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '@/shared/api/session';
import type { EventDetail } from '@/shared/api/types';
import { eventTypeWord } from '@/shared/format/words';
import { useGo } from '@/shared/hooks/use-go';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { AttackerText } from '@/shared/ui/attacker-text';
import { CopyButton } from '@/shared/ui/copy-button';
import { DetailHeading, DetailSection } from '@/shared/ui/detail';
import { Facts } from '@/shared/ui/facts';
import { QueryView } from '@/shared/ui/query-view';
import { SeverityTag } from '@/shared/ui/severity';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import { eventQuery } from '../api/events';

export function EventDetailView({ id }: { id: string }) {
  const [reveal, setReveal] = useState(false);
  const query = useQuery({ ...eventQuery(Number(id), reveal), placeholderData: (before) => before });
  return <QueryView query={query}>{(event) => <Content event={event} reveal={reveal} onReveal={setReveal} />}</QueryView>;
}

function Content({ event, reveal, onReveal }: { event: EventDetail; reveal: boolean; onReveal: (reveal: boolean) => void }) {
  const mayReveal = useMay('analyst');
  const { open } = useOpenDetail();
  const go = useGo();
  const { attacker_uuid: attacker, session_uuid: session } = event;
  const fields = Object.entries(event.fields);
  return (
    <>
      <DetailHeading title={<AttackerText text={event.summary} limit={300} wrap />} aside={<SeverityTag severity={event.severity} />} />
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlock: 10 }}>
        {attacker && (
          <>
            <Button variant="default" leftSection={<IconArrowUpRight size={14} aria-hidden />} onClick={() => { open({ kind: 'attacker', id: attacker }); }}>
              Attacker
            </Button>
            <Button variant="default" leftSection={<IconFocusCentered size={14} aria-hidden />} onClick={() => { go(`/feed?attacker=${attacker}`); }}>
              Follow in the feed
            </Button>
          </>
        )}
        {session && (
          <Button variant="default" leftSection={<IconArrowUpRight size={14} aria-hidden />} onClick={() => { open({ kind: 'session', id: session }); }}>
            Session
          </Button>
        )}
      </div>
      <Facts
        items={[
          ['Time', <TimeText key="at" at={event.at} />],
          ['Type', <ValueChip key="type" field="type" value={event.type}>{eventTypeWord(event.type)}</ValueChip>],
          event.src_ip ? ['Source', <span key="src"><ValueChip field="ip" value={event.src_ip} detail={attacker ? { kind: 'attacker', id: attacker } : undefined} /> port {event.src_port}</span>] : null,
          ['Decky', <ValueChip key="decky" field="decky" value={event.decky} detail={{ kind: 'decky', id: event.decky }} />],
          event.dst_ip ? ['Target', `${event.dst_ip} port ${String(event.dst_port)} ${event.proto}`] : null,
          ['Service', <ValueChip key="service" field="service" value={event.service} />],
          ['Number', String(event.seq)],
        ]}
      />
      {fields.length > 0 && (
        <DetailSection
          title="Fields"
          aside={mayReveal && <Switch size="xs" label="Show secrets" checked={reveal} onChange={({ currentTarget }) => { onReveal(currentTarget.checked); }} />}
        >
          <Facts items={fields.map(([name, value]) => [name, <AttackerText key={name} text={value} mono wrap />] as const)} />
        </DetailSection>
      )}
      <DetailSection title="Raw line" aside={<CopyButton text={event.raw} label="Copy the raw line" />}>
        <pre>
          <AttackerText text={event.raw} limit={8000} mono wrap />
        </pre>
      </DetailSection>
    </>
  );
}
