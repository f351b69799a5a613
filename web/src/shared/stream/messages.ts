// What the hub (one per browser) and the tabs say to each other.
import type { SseFrame } from './sse-parser';

export type StreamPhase = 'connecting' | 'live' | 'reconnecting' | 'signed-out' | 'stopped';

export interface StreamState {
  phase: StreamPhase;
  since: number; // When the phase began, ms since 1970.
  retryAt: number | null; // With `reconnecting`: when the next attempt starts.
}

export type HubMessage =
  | { kind: 'hello'; state: StreamState; lastId: string | null }
  | { kind: 'state'; state: StreamState }
  | { kind: 'frames'; frames: SseFrame[]; lastId: string | null }
  | { kind: 'sync' }; // What came before may be incomplete: read everything again.

export type TabMessage =
  | { kind: 'attach'; lock: string | null } // The lock is held as long as the tab lives.
  | { kind: 'detach' }
  | { kind: 'start' } // After a login.
  | { kind: 'stop' } // After a logout.
  | { kind: 'retry' }; // Try again now: the network is back, or the tab was opened.
