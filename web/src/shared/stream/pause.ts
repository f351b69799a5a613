// Whether the person stopped what moves by itself. Nothing is lost meanwhile: it waits.
import { useSyncExternalStore } from 'react';
import { ExternalStore } from '@/shared/lib/external-store';

export const paused = new ExternalStore(false);

export function togglePause(): void {
  paused.set(!paused.get());
}

export function usePaused(): boolean {
  return useSyncExternalStore(paused.subscribe, paused.get);
}
