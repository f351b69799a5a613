import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Worker } from '@/shared/api/types';
import { compact } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { plainWord } from '@/shared/format/words';
import { useStreamChanges } from '@/shared/stream/use-stream';
import { QueryView, staleSince } from '@/shared/ui/query-view';
import { Empty, StaleNote } from '@/shared/ui/states';
import { Tag, type Tone } from '@/shared/ui/tag';
import { workersQuery } from '../api/system';
import classes from './system.module.css';

const tones: Record<Worker['state'], Tone> = { ok: 'green', stale: 'amber', unknown: 'gray' };
const words: Record<Worker['state'], string> = { ok: 'OK', stale: 'Stale', unknown: 'Unknown' };

// What the state means, where the server gave no reason.
export function stateReason({ state, reason }: Pick<Worker, 'state' | 'reason'>): string {
  if (reason) return reason;
  if (state === 'unknown') return 'It never sent a heartbeat.';
  return state === 'stale' ? 'Its last heartbeat is older than 90 s.' : '';
}

export function WorkersTable() {
  const client = useQueryClient();
  const query = useQuery(workersQuery);
  useStreamChanges(['worker', 'system.'], () => void client.invalidateQueries({ queryKey: workersQuery.queryKey }));
  const stale = staleSince(query);
  return (
    <QueryView query={query}>
      {(workers) =>
        workers.length === 0 ? (
          <Empty title="No worker is known" hint="Workers announce themselves over the bus when they start." />
        ) : (
          <div className={classes.card}>
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls sideways in a narrow window, by keys too */}
            <div className={classes.tableBox} tabIndex={0} role="region" aria-label="Workers">
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">Worker</th>
                    <th scope="col">State</th>
                    <th scope="col" data-end>Heartbeat</th>
                    <th scope="col" data-end>Running</th>
                    <th scope="col" data-end>Restarts</th>
                    <th scope="col">Process</th>
                    <th scope="col">Version</th>
                    <th scope="col">Counters</th>
                  </tr>
                </thead>
                <tbody>
                  {workers.map((worker) => (
                    <Row key={worker.name} worker={worker} />
                  ))}
                </tbody>
              </table>
            </div>
            {stale !== null && <StaleNote at={stale} />}
          </div>
        )
      }
    </QueryView>
  );
}

const kCounters = 4;

// "api_requests_total" of the worker api → "requests"
export function counterWord(name: string, worker: string): string {
  const own = name.startsWith(`${worker}_`) ? name.slice(worker.length + 1) : name;
  return plainWord(own.replace(/_total$/, ''));
}

function Row({ worker }: { worker: Worker }) {
  const reason = worker.state === 'ok' ? '' : stateReason(worker); // How long ago it was heard stands in the next column.
  const counters = Object.entries(worker.counters);
  const all = counters.map(([name, value]) => `${counterWord(name, worker.name)} ${compact(value)}`);
  return (
    <tr data-worker={worker.name}>
      <td>{worker.name}</td>
      <td>
        <Tag tone={tones[worker.state]} dot>
          {words[worker.state]}
        </Tag>
        {reason && <span className={classes.reason}>{reason}</span>}
      </td>
      <td data-end>{worker.age_s === null ? 'never' : `${duration(Math.round(worker.age_s) * 1000)} ago`}</td>
      <td data-end>{worker.uptime_s === null ? '–' : duration(worker.uptime_s * 1000)}</td>
      <td data-end>{worker.restarts}</td>
      <td className={classes.process}>
        {worker.process}
        {worker.pid !== null && <span className={classes.counters}> pid {worker.pid}</span>}
      </td>
      <td>{worker.version || '–'}</td>
      <td className={classes.counters} title={all.join('\n')}>
        {all.slice(0, kCounters).join(', ')}
      </td>
    </tr>
  );
}
