import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { WorkerDetail } from '@/shared/api/types';
import { compact } from '@/shared/format/number';
import { Facts } from '@/shared/ui/facts';
import { QueryView } from '@/shared/ui/query-view';
import { TimeText } from '@/shared/ui/time-text';
import { workerQuery } from '../api/system';
import { counterWord } from '../model/counters';
import classes from './system.module.css';

export function WorkerDetails({ name, onClose }: { name: string; onClose: () => void }) {
  const query = useQuery(workerQuery(name));
  return (
    <Modal opened onClose={onClose} size="xl" title={name} closeButtonProps={{ 'aria-label': 'Close' }}>
      <QueryView query={query}>{(worker) => <Detail worker={worker} />}</QueryView>
    </Modal>
  );
}

function host({ installed, supervised }: WorkerDetail): string {
  if (supervised) return 'the supervisor (decnet up)';
  return installed ? 'systemd' : 'nobody here';
}

function Detail({ worker }: { worker: WorkerDetail }) {
  const { last_words: words } = worker;
  return (
    <div className={classes.detail}>
      <Facts
        items={[
          ['State', worker.reason || worker.state],
          ['Started by', host(worker)],
          ['Process', worker.pid === null ? worker.process || '–' : `${worker.process} pid ${String(worker.pid)}`],
          ['Restarts', String(worker.restarts)],
          worker.last_error ? ['Failed last', worker.last_error] : null,
        ]}
      />
      {words && (
        <Part title="Last words">
          <Facts items={[['Stopped', <TimeText key="t" at={words.at} />], ['By', words.actor || '–'], ['Reason', words.reason || 'none given']]} />
        </Part>
      )}
      <Part title="Counters">
        <Facts items={Object.entries(worker.counters).map(([name, value]) => [counterWord(name, worker.name), rated(value, worker.rates[name])] as const)} />
      </Part>
      <Part title="Last log lines">
        {worker.log.length === 0 ? (
          <p className={classes.note}>None were heard.</p>
        ) : (
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls, by keys too
          <pre className={classes.log} tabIndex={0} role="region" aria-label={`Log of ${worker.name}`}>{worker.log.join('\n')}</pre>
        )}
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className={classes.part}>{title}</h3>
      {children}
    </div>
  );
}

function rated(value: number, rate: number | undefined): string {
  return !rate ? compact(value) : `${compact(value)}, ${compact(Math.round(rate * 10) / 10)}/s`;
}
