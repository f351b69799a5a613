import { ActionIcon, NativeSelect, Switch, Tooltip } from '@mantine/core';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconPlayerPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs';
import IconPlayerTrackNext from '@tabler/icons-react/dist/esm/icons/IconPlayerTrackNext.mjs';
import IconPlayerTrackPrev from '@tabler/icons-react/dist/esm/icons/IconPlayerTrackPrev.mjs';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import type { Shortcut } from '@/shared/lib/shortcuts';
import { visibleText } from '@/shared/format/text';
import { position, type Moment } from '../model/moments';
import { speeds, type Playback } from '../model/playback';
import classes from './replay.module.css';

const kJumpS = 5;
const kNear = 0.25; // Seconds: "previous" skips the marker that was just reached.

function followingMarker(markers: readonly Moment[], time: number, step: 1 | -1): number | undefined {
  const times = markers.map((marker) => marker.time);
  return step > 0 ? times.find((each) => each > time + 0.01) : times.findLast((each) => each < time - kNear);
}

interface Props {
  playback: Playback;
  markers: readonly Moment[];
  aside: ReactNode;
}

export function ReplayControls({ playback, markers, aside }: Props) {
  const { time, duration, playing, speed, skipIdle } = useSyncExternalStore(playback.view.subscribe, playback.view.get);
  const toMarker = (step: 1 | -1): void => {
    const to = followingMarker(markers, time, step);
    if (to !== undefined || step < 0) playback.seek(to ?? 0);
  };
  const faster = (step: 1 | -1): void => {
    const at = speeds.findIndex((each) => each === speed);
    playback.setSpeed(speeds[Math.min(Math.max(at + step, 0), speeds.length - 1)] ?? 1);
  };
  const keys: Shortcut[] = [
    { keys: ' ', label: 'Play or pause', group: 'Replay', run: () => { playback.toggle(); } },
    { keys: 'ArrowLeft', label: '5 seconds back', group: 'Replay', run: () => { playback.seek(time - kJumpS); } },
    { keys: 'ArrowRight', label: '5 seconds on', group: 'Replay', run: () => { playback.seek(time + kJumpS); } },
    { keys: '[', label: 'Previous marker', group: 'Replay', run: () => { toMarker(-1); } },
    { keys: ']', label: 'Next marker', group: 'Replay', run: () => { toMarker(1); } },
    { keys: '<', label: 'Slower', group: 'Replay', run: () => { faster(-1); } },
    { keys: '>', label: 'Faster', group: 'Replay', run: () => { faster(1); } },
    ...Array.from({ length: 9 }, (_, index): Shortcut => ({
      keys: String(index + 1), label: `To ${String((index + 1) * 10)} %`, group: 'Replay', run: () => { playback.seek((duration * (index + 1)) / 10); },
    })),
  ];
  useShortcuts(keys);
  const Icon = playing ? IconPlayerPause : IconPlayerPlay;
  return (
    <div className={classes.controls} role="group" aria-label="Playback">
      <div className={classes.buttons}>
        <Tooltip label="Previous marker ([)">
          <ActionIcon aria-label="Previous marker" onClick={() => { toMarker(-1); }}><IconPlayerTrackPrev size={16} /></ActionIcon>
        </Tooltip>
        <ActionIcon variant="filled" size={30} aria-label={playing ? 'Pause' : 'Play'} onClick={() => { playback.toggle(); }}><Icon size={16} /></ActionIcon>
        <Tooltip label="Next marker (])">
          <ActionIcon aria-label="Next marker" onClick={() => { toMarker(1); }}><IconPlayerTrackNext size={16} /></ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.track}>
        <input
          type="range"
          className={classes.slider}
          aria-label="Position"
          aria-valuetext={`${position(time)} of ${position(duration)}`}
          min={0}
          max={Math.max(duration, 0.1)}
          step="any" // With steps its end is the last whole one, and what was printed last is never reached.
          value={time}
          onChange={({ currentTarget }) => { playback.seek(Number(currentTarget.value)); }}
        />
        <div className={classes.ticks} aria-hidden>
          {duration > 0 && markers.slice(0, 500).map((marker, index) => (
            <span key={index} className={classes.tick} data-kind={marker.kind} title={visibleText(`${marker.kind ?? ''} ${marker.text}`, 120)} style={{ left: `${String((marker.time / duration) * 100)}%` }} />
          ))}
        </div>
      </div>
      <span className={classes.clock} data-clock>{position(time)} / {position(duration)}</span>
      <NativeSelect
        size="xs" aria-label="Speed" value={String(speed)} data={speeds.map((each) => ({ value: String(each), label: `${String(each)}×` }))}
        onChange={({ currentTarget }) => { playback.setSpeed(Number(currentTarget.value)); }}
      />
      <Switch size="xs" label="Skip idle" checked={skipIdle} onChange={({ currentTarget }) => { playback.setSkipIdle(currentTarget.checked); }} />
      {aside}
    </div>
  );
}
