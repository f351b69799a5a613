import { lazy, Suspense } from 'react';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import type { DetailKind } from '@/shared/lib/links';
import { Loading } from '@/shared/ui/states';
import { DetailDrawer } from './detail-drawer';

// The details that a drawer can show. Features know nothing of each other; here they meet.
const details: Record<DetailKind, { title: string; Content: React.ComponentType<{ id: string }> }> = {
  attacker: { title: 'Attacker', Content: lazy(async () => ({ default: (await import('@/features/attackers/components/attacker-detail')).AttackerDetailView })) },
  event: { title: 'Event', Content: lazy(async () => ({ default: (await import('@/features/events/components/event-detail')).EventDetailView })) },
  session: { title: 'Session', Content: lazy(async () => ({ default: (await import('@/features/sessions/components/session-detail')).SessionDetailView })) },
  credential: { title: 'Credential', Content: lazy(async () => ({ default: (await import('@/features/credentials/components/credential-detail')).CredentialDetailView })) },
  decky: { title: 'Decky', Content: lazy(async () => ({ default: (await import('@/features/fleet/components/decky-detail')).DeckyDetailView })) },
};

export function DetailHost() {
  const { current } = useOpenDetail();
  if (current === null) return null;
  const { title, Content } = details[current.kind];
  return (
    <DetailDrawer key={`${current.kind}:${current.id}`} title={title} detail={current}>
      <Suspense fallback={<Loading label={`Loading the ${title.toLowerCase()}`} />}>
        <Content id={current.id} />
      </Suspense>
    </DetailDrawer>
  );
}
