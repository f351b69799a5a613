import { lazy, Suspense } from 'react';
import type { Overview } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { shortTime } from '@/shared/format/time';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { Panel } from '@/shared/ui/panel';
import classes from './overview.module.css';

const RateChart = lazy(() => import('./rate-chart'));

// What the chart shows, in words.
export function rateSummary(rate: Overview['rate']): string {
  const total = rate.reduce((sum, point) => sum + point.total, 0);
  const critical = rate.reduce((sum, point) => sum + point.critical, 0);
  const peak = rate.reduce<Overview['rate'][number] | null>((best, point) => (best && best.total >= point.total ? best : point), null);
  const peakText = peak ? `, most at ${shortTime(peak.at)}: ${count(peak.total)}` : '';
  return `Events over time: ${count(total)} in all, ${count(critical)} critical${peakText}`;
}

export function RatePanel({ rate }: { rate: Overview['rate'] }) {
  const { setRange } = useTimeRange();
  return (
    <Panel
      title="Event rate"
      aside={
        <span className={classes.legend}>
          <span className={classes.legendItem} style={{ '--tone': 'var(--dn-accent)' } as React.CSSProperties}>All</span>
          <span className={classes.legendItem} style={{ '--tone': 'var(--dn-amber-fill)' } as React.CSSProperties}>Critical</span>
        </span>
      }
    >
      <div role="img" aria-label={rateSummary(rate)} className={classes.chart}>
        <Suspense>
          <RateChart rate={rate} onBrush={(since, until) => { setRange({ since, until }); }} />
        </Suspense>
      </div>
    </Panel>
  );
}
