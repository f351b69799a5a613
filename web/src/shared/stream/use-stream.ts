import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { Change, Event } from '@/shared/api/types';
import type { StreamState } from './messages';
import { stream } from './stream';

export function useStreamState(): StreamState {
  return useSyncExternalStore(stream.state.subscribe, stream.state.get);
}

export function useStreamEvents(listener: (events: Event[]) => void): void {
  const latest = useEffectEvent(listener);
  useEffect(() => stream.onEvents(latest), []);
}

// Hears journal rows whose topic starts with one of the prefixes.
export function useStreamChanges(prefixes: readonly string[], listener: (changes: Change[]) => void): void {
  const latest = useEffectEvent((changes: Change[]) => {
    const wanted = changes.filter(({ topic }) => prefixes.some((prefix) => topic.startsWith(prefix)));
    if (wanted.length > 0) listener(wanted);
  });
  useEffect(() => stream.onChanges(latest), []);
}
