import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import { useSyncExternalStore, type ReactNode } from 'react';
import { reachable } from '@/shared/api/client';
import { useHealth } from '@/shared/api/health';
import type { Health } from '@/shared/api/types';
import { bytes } from '@/shared/format/number';
import { clockTime, shortTime } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import type { StreamState } from '@/shared/stream/messages';
import { useStreamState } from '@/shared/stream/use-stream';
import classes from './banner.module.css';
import { TextLink } from '@/shared/ui/text-link';

const kPatienceMs = 3000; // A restart of the API is over by then: no alarm for it.

export type BannerKind = 'bus' | 'api' | 'disk' | 'disk-critical';

// What is wrong and worst, or nothing: bus, then API, then disk.
export function bannerKind(health: Health | undefined, isReachable: boolean, stream: StreamState, now: number): BannerKind | null {
  if (health && !health.bus.connected) return 'bus';
  const away = stream.phase === 'reconnecting' && now - stream.since > kPatienceMs;
  if (!isReachable || away) return 'api';
  if (health && health.disk.level !== 'ok') return health.disk.level === 'critical' ? 'disk-critical' : 'disk';
  return null;
}

// Over every page, and not to be closed while it is true.
export function Banner() {
  const { data: health, dataUpdatedAt } = useHealth();
  const isReachable = useSyncExternalStore(reachable.subscribe, reachable.get);
  const stream = useStreamState();
  const kind = bannerKind(health, isReachable, stream, useNow());
  return (
    <div role="alert" className={classes.slot}>
      {kind && (
        <div className={classes.banner} data-kind={kind} data-banner={kind}>
          <IconAlertTriangle size={16} aria-hidden />
          <span>{sentence(kind, health, dataUpdatedAt)}</span>
        </div>
      )}
    </div>
  );
}

function sentence(kind: BannerKind, health: Health | undefined, readAt: number): ReactNode {
  switch (kind) {
    case 'bus':
      return (
        <>
          <strong>Bus offline</strong> since {health ? shortTime(health.bus.since) : 'just now'}. Worker states are old; events are still stored and shown.{' '}
          <TextLink to="/workers">
            Workers
          </TextLink>
        </>
      );
    case 'api':
      return (
        <>
          <strong>API unreachable.</strong> What you see is from {readAt ? clockTime(readAt) : 'before'}; it goes on by itself when the API is back.
        </>
      );
    case 'disk':
    case 'disk-critical':
      return (
        <>
          <strong>{kind === 'disk' ? 'The disk is nearly full' : 'The disk is full'}</strong>: {bytes(health?.disk.free_bytes ?? 0)} free.{' '}
          {kind === 'disk' ? 'Recordings and files are no longer kept.' : 'New events wait at the sensors until there is room.'}{' '}
          <TextLink to="/workers" search={{ tab: 'health' }}>
            Health
          </TextLink>
        </>
      );
  }
}
