import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { SessionDetailView } from './session-detail';

export function SessionPage() {
  const { uuid } = useParams({ from: '/app/sessions/$uuid' });
  return (
    <DetailPage title="Session" back={{ label: 'Live feed', path: '/feed' }}>
      <SessionDetailView id={uuid} />
    </DetailPage>
  );
}
