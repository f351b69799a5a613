import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { visibleText } from '@/shared/format/text';
import { AttackerText } from '@/shared/ui/attacker-text';
import { position, type Moment } from '../model/moments';
import classes from './replay.module.css';

const kRowPx = 28;

interface Props {
  label: string;
  moments: readonly Moment[];
  current: number; // Index of the one that is playing; -1: none yet.
  follow: boolean; // Keeps it in sight.
  onPick: (moment: Moment) => void;
  empty: ReactNode;
}

// Moments of a recording, of any number: a click goes there.
export function TimedList({ label, moments, current, follow, onPick, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer keeps its own state; nothing here is memoised over it
  const virtual = useVirtualizer({ count: moments.length, getScrollElement: () => scroller.current, estimateSize: () => kRowPx, overscan: 12, initialRect: { width: 300, height: 400 } });
  useEffect(() => {
    if (follow && current >= 0) virtual.scrollToIndex(current, { align: 'auto' });
  }, [virtual, follow, current]);
  if (moments.length === 0) return empty;
  return (
    <div ref={scroller} className={classes.list} role="group" aria-label={label}>
      <ol className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const moment = moments[index];
          if (!moment) return null;
          return (
            <li key={index} className={classes.row} style={{ transform: `translateY(${String(start)}px)` }} aria-setsize={moments.length} aria-posinset={index + 1}>
              <button
                type="button" className={classes.moment} aria-current={index === current ? 'true' : undefined}
                aria-label={`${position(moment.time)} ${moment.kind ?? ''} ${visibleText(moment.text, 120)}`} onClick={() => { onPick(moment); }}
              >
                <span className={classes.at}>{position(moment.time)}</span>
                {moment.kind !== undefined && moment.kind !== 'command' && <span className={classes.kind}>{moment.kind}</span>}
                {moment.hidden && <span className={classes.kind}>not echoed</span>}
                <AttackerText text={moment.text} limit={300} mono />
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
