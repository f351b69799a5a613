import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconFileDownload from '@tabler/icons-react/dist/esm/icons/IconFileDownload.mjs';
import IconKey from '@tabler/icons-react/dist/esm/icons/IconKey.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconRadar2 from '@tabler/icons-react/dist/esm/icons/IconRadar2.mjs';
import type { Overview } from '@/shared/api/types';
import { change, compact, count, kFullMax } from '@/shared/format/number';
import classes from './overview.module.css';

type Kpi = Overview['kpis'][number];

const names: Record<Kpi['key'], { word: string; icon: typeof IconKey }> = {
  events: { word: 'Events', icon: IconActivity },
  attackers: { word: 'Attackers', icon: IconRadar2 },
  sessions: { word: 'Sessions', icon: IconPlugConnected },
  credentials: { word: 'Credentials', icon: IconKey },
  files: { word: 'Files captured', icon: IconFileDownload },
};

function changeWord(value: number, previous: number): string {
  const difference = change(value, previous);
  if (difference === null) return value === 0 ? 'none before either' : 'none before';
  return difference === 'unchanged' ? 'as before' : `${difference} on before`;
}

export function KpiRow({ kpis }: { kpis: readonly Kpi[] }) {
  return (
    <dl className={classes.kpis}>
      {kpis.map(({ key, value, previous }) => {
        const { word, icon: Icon } = names[key];
        return (
          <div key={key} className={classes.kpi} data-kpi={key}>
            <dt className={classes.kpiName}>
              <Icon size={14} stroke={1.7} aria-hidden />
              {word}
            </dt>
            <dd className={classes.kpiValue} title={count(value)}>
              {value < kFullMax ? count(value) : compact(value)}
            </dd>
            <dd className={classes.kpiChange} title={`${count(previous)} in the span before`}>
              {changeWord(value, previous)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
