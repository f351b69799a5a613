import { useEffect, useRef, useState } from 'react';
import { Failure, Loading } from '@/shared/ui/states';
import type { Playback } from '../model/playback';
import classes from './replay.module.css';

// The terminal. It is built once for a recording, whatever the view around it does.
export function ReplayScreen({ playback }: { playback: Playback }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'ready' | Error>('loading');
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let gone = false;
    let remove: (() => void) | undefined;
    void import('../model/terminal')
      .then(({ mountTerminal }) => (gone ? undefined : mountTerminal(element, playback)))
      .then((done) => {
        remove = done;
        if (gone) remove?.();
        else setState('ready');
      })
      .catch((error: unknown) => {
        if (!gone) setState(error instanceof Error ? error : new Error(String(error)));
      });
    return () => {
      gone = true;
      remove?.();
    };
  }, [playback]);
  return (
    <div className={classes.screen} data-terminal={state === 'ready' ? 'ready' : 'waiting'}>
      {state === 'loading' && <Loading rows={5} label="Loading the player" />}
      {state instanceof Error && <Failure error={state} />}
      <div ref={place} className={classes.place} role="group" aria-label="Recorded terminal" />
    </div>
  );
}
