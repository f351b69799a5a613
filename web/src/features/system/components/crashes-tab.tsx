import { useQuery } from '@tanstack/react-query';
import { useMay } from '@/shared/api/session';
import type { Crash } from '@/shared/api/types';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Empty, Forbidden } from '@/shared/ui/states';
import { TimeText } from '@/shared/ui/time-text';
import { crashesQuery } from '../api/system';
import classes from './system.module.css';

export function CrashesTab() {
  const may = useMay('analyst');
  const query = useQuery({ ...crashesQuery, enabled: may });
  if (!may) return <Forbidden need="analyst" />;
  return (
    <QueryView query={query}>
      {(crashes) =>
        crashes.length === 0 ? (
          <Empty title="Nothing has crashed" hint="A process that crashes is started again; its report is kept here." />
        ) : (
          <div className={classes.crashes}>
            {crashes.map((crash) => <Report key={crash.id} crash={crash} />)}
          </div>
        )
      }
    </QueryView>
  );
}

function Report({ crash }: { crash: Crash }) {
  const where = crash.worker ? `${crash.worker} in ${crash.process}` : crash.process;
  return (
    <Panel title={`${crash.signal} in ${where}`} aside={<TimeText at={crash.at} />}>
      <p className={classes.note}>
        Version {crash.version}, pid {crash.pid}
      </p>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls, by keys too */}
      <pre className={classes.log} tabIndex={0} role="region" aria-label={`Back-trace ${crash.id}`} data-crash={crash.id}>{crash.trace.join('\n')}</pre>
    </Panel>
  );
}
