import type { ReactNode } from 'react';
import { useHealth } from '@/shared/api/health';
import type { Health } from '@/shared/api/types';
import { bytes, count } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import { Facts } from '@/shared/ui/facts';
import { Panel } from '@/shared/ui/panel';
import { QueryView, staleSince } from '@/shared/ui/query-view';
import { StaleNote } from '@/shared/ui/states';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import classes from './system.module.css';

export function HealthPanel() {
  const query = useHealth();
  const stale = staleSince(query);
  return (
    <QueryView query={query}>
      {(health) => (
        <div className={classes.grid} data-health={health.status}>
          <Card title="Bus" good={health.bus.connected} goodWord="Connected" badWord="Offline" stale={stale}>
            <Facts items={[['Since', <TimeText key="s" at={health.bus.since} />], ['Stream clients', count(health.stream_clients)]]} />
          </Card>
          <Card title="Store" good={health.store.ok} goodWord="OK" badWord="Failing" stale={stale}>
            <Facts items={[['Size', bytes(health.store.bytes)], ['Schema', String(health.store.schema_version)]]} />
          </Card>
          <Card title="Disk" good={health.disk.level === 'ok'} goodWord="OK" badWord={health.disk.level === 'critical' ? 'Full' : 'Nearly full'} stale={stale}>
            <DiskFacts disk={health.disk} />
          </Card>
          <Card title="Ingest" good={health.ingest.acknowledging} goodWord="Acknowledging" badWord="Waiting for room" stale={stale}>
            <Facts
              items={[
                ['Behind by', bytes(health.ingest.lag_bytes)],
                ['Rejected lines', count(health.ingest.rejected_total)],
                ['Dropped lines', count(health.ingest.dropped_total)],
              ]}
            />
          </Card>
          <Card title="API" good goodWord="Answering" badWord="" stale={stale}>
            <Facts items={[['Version', health.version], ['Running for', <Uptime key="u" since={health.started_at} />]]} />
          </Card>
        </div>
      )}
    </QueryView>
  );
}

function Uptime({ since }: { since: string }) {
  return duration(Math.max(0, useNow() - new Date(since).getTime()));
}

function DiskFacts({ disk }: { disk: Health['disk'] }) {
  const used = disk.total_bytes > 0 ? 1 - disk.free_bytes / disk.total_bytes : 0;
  return (
    <>
      <Facts items={[['Free', `${bytes(disk.free_bytes)} of ${bytes(disk.total_bytes)}`]]} />
      <div className={classes.meter} aria-hidden>
        <span className={classes.meterFill} data-level={disk.level} style={{ width: `${(used * 100).toFixed(1)}%` }} />
      </div>
    </>
  );
}

function Card({ title, good, goodWord, badWord, stale, children }: {
  title: string; good: boolean; goodWord: string; badWord: string; stale: number | null; children: ReactNode;
}) {
  return (
    <Panel title={title} aside={stale === null ? <Tag tone={good ? 'green' : 'red'} dot>{good ? goodWord : badWord}</Tag> : <StaleNote at={stale} />}>
      {children}
    </Panel>
  );
}
