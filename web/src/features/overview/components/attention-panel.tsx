import type { Event } from '@/shared/api/types';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { AttackerText } from '@/shared/ui/attacker-text';
import { Panel } from '@/shared/ui/panel';
import { SeverityTag } from '@/shared/ui/severity';
import { Empty } from '@/shared/ui/states';
import { TimeText } from '@/shared/ui/time-text';
import classes from './overview.module.css';
import { TextLink } from '@/shared/ui/text-link';

const kRows = 9;

export function AttentionPanel({ events }: { events: readonly Event[] }) {
  const { open } = useOpenDetail();
  return (
    <Panel
      title="Needs attention"
      flush
      aside={events.length > 0 && <TextLink to="/feed" search={{ severity: ['error', 'warning'] }}>All of them</TextLink>}
    >
      {events.length === 0 ? (
        <Empty title="Nothing needs you" hint="Accepted logins, captured files and warnings would be listed here." />
      ) : (
        <ul className={classes.rows}>
          {events.slice(0, kRows).map((event) => (
            <li key={event.seq}>
              <button type="button" className={classes.attention} onClick={() => { open({ kind: 'event', id: String(event.seq) }); }}>
                <TimeText at={event.at} plain />
                <span><SeverityTag severity={event.severity} /></span>
                <span className={classes.attentionText}>
                  <AttackerText text={event.summary} limit={160} />
                  <span className={classes.attentionWhere}>{event.decky}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
