import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { EventDetailView } from './event-detail';

export function EventPage() {
  const { seq } = useParams({ from: '/app/feed/$seq' });
  return (
    <DetailPage title={`Event ${seq}`} back={{ label: 'Live feed', path: '/feed' }}>
      <EventDetailView id={seq} />
    </DetailPage>
  );
}
