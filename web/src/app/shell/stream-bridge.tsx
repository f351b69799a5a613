import { useQueryClient, type Query } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { reachable } from '@/shared/api/client';
import { healthQuery } from '@/shared/api/health';
import { sessionQuery } from '@/shared/api/session';
import { stream } from '@/shared/stream/stream';
import { useStreamState } from '@/shared/stream/use-stream';

// Ties the stream to the rest: health into its query, a gap in the stream into reading again, an ended session into the login.
export function StreamBridge() {
  const client = useQueryClient();
  const router = useRouter();
  const { phase } = useStreamState();

  useEffect(() => {
    stream.start();
    const stops = [
      stream.onHealth((health) => {
        client.setQueryData(healthQuery.queryKey, health);
      }),
      stream.onSync(() => {
        // Long lists look after themselves: they start again at their first page.
        const other = (query: Query): boolean => query.queryKey[0] !== sessionQuery.queryKey[0] && query.meta?.rows !== true;
        void client.invalidateQueries({ predicate: other }, { cancelRefetch: false });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client]);

  useEffect(() => {
    if (phase === 'live') reachable.set(true);
    if (phase !== 'signed-out') return;
    void client.query({ ...sessionQuery, staleTime: 0 }).then((session) => {
      if (session === null) void router.invalidate();
      else stream.start();
    }, () => undefined);
  }, [phase, client, router]);

  return null;
}
