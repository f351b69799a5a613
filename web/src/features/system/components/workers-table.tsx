import { Anchor, Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '@/shared/api/session';
import type { Worker } from '@/shared/api/types';
import { compact } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { useStreamChanges } from '@/shared/stream/use-stream';
import { QueryView, staleSince } from '@/shared/ui/query-view';
import { Empty, StaleNote } from '@/shared/ui/states';
import { Tag, type Tone } from '@/shared/ui/tag';
import { workersQuery, type WorkerAction } from '../api/system';
import { counterWord } from '../model/counters';
import classes from './system.module.css';
import { WorkerDetails } from './worker-details';
import { WorkerDialog, type DialogAction } from './worker-dialog';

const tones: Record<Worker['state'], Tone> = { ok: 'green', stale: 'amber', unknown: 'gray' };
const words: Record<Worker['state'], string> = { ok: 'OK', stale: 'Stale', unknown: 'Unknown' };

// What the state means, where the server gave no reason.
export function stateReason({ state, reason }: Pick<Worker, 'state' | 'reason'>): string {
  if (reason) return reason;
  if (state === 'unknown') return 'It never sent a heartbeat.';
  return state === 'stale' ? 'Its last heartbeat is older than 90 s.' : '';
}

interface Dialog {
  action: DialogAction;
  worker: string;
}

export function WorkersTable() {
  const client = useQueryClient();
  const query = useQuery(workersQuery);
  const may = useMay('admin');
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const again = (): void => void client.invalidateQueries({ queryKey: workersQuery.queryKey });
  useStreamChanges(['worker', 'system.'], again);
  const stale = staleSince(query);
  return (
    <>
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
                      {may && <th scope="col">Actions</th>}
                    </tr>
                  </thead>
                  <tbody>
                    {workers.map((worker) => (
                      <Row key={worker.name} worker={worker} may={may} onOpen={setOpen} onAsk={(action) => { setDialog({ action, worker: worker.name }); }} />
                    ))}
                  </tbody>
                </table>
              </div>
              {may && (
                <div className={classes.foot}>
                  <Button variant="default" size="compact-sm" onClick={() => { setDialog({ action: 'start-all', worker: '' }); }}>Start all</Button>
                </div>
              )}
              {stale !== null && <StaleNote at={stale} />}
            </div>
          )
        }
      </QueryView>
      {dialog && <WorkerDialog {...dialog} onClose={() => { setDialog(null); }} onDone={again} />}
      {open !== null && <WorkerDetails name={open} onClose={() => { setOpen(null); }} />}
    </>
  );
}

const kCounters = 4;

// With how fast it grows, where that is known.
function counterText(name: string, value: number, worker: Worker): string {
  const rate = worker.rates[name];
  return `${counterWord(name, worker.name)} ${compact(value)}${rate ? ` (${compact(Math.round(rate * 10) / 10)}/s)` : ''}`;
}

function heard(ageS: number | null): string {
  if (ageS === null) return 'never';
  return ageS < 1 ? 'just now' : `${duration(Math.round(ageS) * 1000)} ago`;
}

interface RowProps {
  worker: Worker;
  may: boolean;
  onOpen: (name: string) => void;
  onAsk: (action: WorkerAction) => void;
}

// Whoever carries the answer is not stopped by it, and is running while it answers.
const unstoppable = new Set(['api', 'bus']);

function Row({ worker, may, onOpen, onAsk }: RowProps) {
  const reason = worker.state === 'ok' ? '' : stateReason(worker); // How long ago it was heard stands in the next column.
  const counters = Object.entries(worker.counters);
  const all = counters.map(([name, value]) => counterText(name, value, worker));
  return (
    <tr data-worker={worker.name} data-worker-state={worker.state}>
      <td>
        <Anchor component="button" type="button" className={classes.name} aria-haspopup="dialog" onClick={() => { onOpen(worker.name); }}>{worker.name}</Anchor>
      </td>
      <td>
        <Tag tone={tones[worker.state]} dot>
          {words[worker.state]}
        </Tag>
        {reason && <span className={classes.reason}>{reason}</span>}
      </td>
      <td data-end>{heard(worker.age_s)}</td>
      <td data-end>{worker.uptime_s === null || worker.state !== 'ok' ? '–' : duration(worker.uptime_s * 1000)}</td>
      <td data-end>{worker.restarts}</td>
      <td className={classes.process}>
        {worker.process}
        {worker.pid !== null && <span className={classes.counters}> pid {worker.pid}</span>}
      </td>
      <td>{worker.version || '–'}</td>
      <td className={classes.counters} title={all.join('\n')}>
        {all.slice(0, kCounters).join(', ')}
      </td>
      {may && (
        <td className={classes.actions}>
          {worker.state !== 'ok' && <Button variant="default" size="compact-xs" aria-label={`Start ${worker.name}`} onClick={() => { onAsk('start'); }}>Start</Button>}
          {worker.state === 'ok' && !unstoppable.has(worker.name) && (
            <Button variant="default" size="compact-xs" aria-label={`Stop ${worker.name}`} onClick={() => { onAsk('stop'); }}>Stop</Button>
          )}
        </td>
      )}
    </tr>
  );
}
