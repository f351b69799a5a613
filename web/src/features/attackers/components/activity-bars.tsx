import type { AttackerDetail } from '@/shared/api/types';
import classes from './attacker-detail.module.css';

const kHours = 7 * 24;
const kHourMs = 3_600_000;

// One bar an hour over the last seven days; hours without events are not in the answer.
export function hourBars(hours: AttackerDetail['by_hour'], now: number = Date.now()): number[] {
  const bars = new Array<number>(kHours).fill(0);
  const last = Math.floor(now / kHourMs);
  for (const { at, count } of hours) {
    const index = kHours - 1 - (last - Math.floor(new Date(at).getTime() / kHourMs));
    if (index >= 0 && index < kHours) bars[index] = (bars[index] ?? 0) + count;
  }
  return bars;
}

export function ActivityBars({ hours, label }: { hours: AttackerDetail['by_hour']; label: string }) {
  const bars = hourBars(hours);
  const top = Math.max(0, ...bars);
  if (top === 0) return <p className={classes.quiet}>No events in the last seven days.</p>;
  return (
    <div>
      <svg role="img" aria-label={label} className={classes.bars} viewBox={`0 0 ${String(kHours * 4)} 46`} preserveAspectRatio="none">
        <rect x="0" y="45" width={kHours * 4} height="1" fill="var(--dn-line)" />
        {bars.map((value, index) => {
          const height = value === 0 ? 0 : Math.max(2, (value / top) * 43);
          return value === 0 ? null : <rect key={index} x={index * 4} y={45 - height} width="3" height={height} fill="var(--dn-accent)" />;
        })}
      </svg>
      <div className={classes.barsCaption} aria-hidden>
        <span>7 days ago</span>
        <span>now</span>
      </div>
    </div>
  );
}
