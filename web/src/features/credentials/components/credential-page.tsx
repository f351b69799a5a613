import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { CredentialDetailView } from './credential-detail';

export function CredentialPage() {
  const { uuid } = useParams({ from: '/app/credentials/$uuid' });
  return (
    <DetailPage title="Credential" back={{ label: 'Credentials', path: '/credentials' }}>
      <CredentialDetailView id={uuid} />
    </DetailPage>
  );
}
