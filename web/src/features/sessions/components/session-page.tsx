import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { SessionDetailView } from './session-detail';

export function SessionPage() {
  const { uuid } = useParams({ from: '/app/sessions/$uuid' });
  return (
    <DetailPage title="Session" back={{ label: 'Sessions', path: '/sessions' }}>
      <SessionDetailView id={uuid} />
    </DetailPage>
  );
}
