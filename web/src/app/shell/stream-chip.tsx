import { Tooltip } from '@mantine/core';
import { useHealth } from '@/shared/api/health';
import { clockTime } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import type { StreamState } from '@/shared/stream/messages';
import { togglePause, usePaused } from '@/shared/stream/pause';
import { stream } from '@/shared/stream/stream';
import { useStreamState } from '@/shared/stream/use-stream';
import classes from './stream-chip.module.css';

export interface ChipText {
  tone: 'green' | 'amber' | 'red' | 'gray';
  word: string;
  short: string;
}

function rateWord(rate: number): string {
  return rate === 0 || rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}

export function chipText(state: StreamState, isPaused: boolean, busOffline: boolean, rate: number, now: number): ChipText {
  if (busOffline) return { tone: 'red', word: 'Bus offline', short: 'Bus' };
  if (state.phase === 'reconnecting') {
    const seconds = Math.max(0, Math.ceil(((state.retryAt ?? now) - now) / 1000));
    return { tone: 'amber', word: seconds > 0 ? `Reconnecting ${String(seconds)} s` : 'Reconnecting', short: `${String(seconds)} s` };
  }
  if (state.phase === 'connecting') return { tone: 'gray', word: 'Connecting', short: '…' };
  if (state.phase !== 'live') return { tone: 'gray', word: 'Not connected', short: 'Off' };
  if (isPaused) return { tone: 'amber', word: 'Paused', short: 'Paused' };
  return { tone: 'green', word: `Live ${rateWord(rate)} ev/s`, short: rateWord(rate) };
}

// The state of the stream; a press pauses what moves by itself, or tries again now.
export function StreamChip() {
  const state = useStreamState();
  const isPaused = usePaused();
  const { data: health } = useHealth();
  const now = useNow();
  const { tone, word, short } = chipText(state, isPaused, health?.bus.connected === false, stream.rate.perSecond(now), now);
  const away = state.phase === 'reconnecting';
  const action = away ? 'Try again now' : isPaused ? 'Resume' : 'Pause';
  return (
    <Tooltip label={`${action}. ${state.phase === 'live' ? 'Connected' : 'Since'} ${clockTime(state.since)}`}>
      <button type="button" className={classes.chip} data-tone={tone} data-phase={state.phase} aria-label={`Stream: ${word}. ${action}`} onClick={away ? () => { stream.retry(); } : togglePause}>
        <span className={classes.dot} data-live={(state.phase === 'live' && !isPaused) || undefined} aria-hidden />
        <span className={classes.word}>{word}</span>
        <span className={classes.short} aria-hidden>
          {short}
        </span>
      </button>
    </Tooltip>
  );
}
