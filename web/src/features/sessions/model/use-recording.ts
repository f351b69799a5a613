import { useEffect, useState } from 'react';
import { receiveRecording } from '../api/recording';
import { Playback } from './playback';

export interface RecordingState {
  playback: Playback | null; // As soon as the first events are there; the same until the view goes.
  loading: boolean;
  error: unknown; // Null while all is well.
  retry: () => void;
}

export const kGrowMs = 10_000; // How often a recording that has not ended is asked for what came.

export function useRecording(uuid: string, recording: number): RecordingState {
  const [attempt, setAttempt] = useState(0);
  const key = `${uuid} ${String(recording)} ${String(attempt)}`;
  const [state, setState] = useState<{ key: string; playback: Playback | null; loading: boolean; error: unknown }>({ key, playback: null, loading: true, error: null });

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    let playback: Playback | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let after = -1;
    const show = (change: { loading?: boolean; error?: unknown }): void => {
      if (!signal.aborted) setState({ key, playback, loading: false, error: null, ...change });
    };
    const again = (): void => {
      if (!signal.aborted) timer = setTimeout(() => void receive(), kGrowMs);
    };
    const receive = async (): Promise<void> => {
      try {
        const { segment, final } = await receiveRecording({
          uuid, recording, after, signal,
          onEvents: (events, header) => {
            const isFirst = playback === null;
            playback ??= new Playback(header);
            playback.append(events);
            if (isFirst) show({ loading: true });
          },
        });
        after = Math.max(after, segment);
        if (final) playback?.finish();
        else again();
        show({});
      } catch (error) {
        if (after >= 0) again(); // What is there stays.
        show({ error });
      }
    };
    void receive();
    return () => {
      abort.abort();
      clearTimeout(timer);
      playback?.dispose();
    };
  }, [uuid, recording, key]);

  const current = state.key === key ? state : { playback: null, loading: true, error: null };
  return { ...current, retry: () => { setAttempt((before) => before + 1); } };
}
