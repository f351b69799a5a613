import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { DeckyDetailView } from './decky-detail';

export function DeckyPage() {
  const { name } = useParams({ from: '/app/fleet/$name' });
  return (
    <DetailPage title="Decky" back={{ label: 'Fleet', path: '/fleet' }}>
      <DeckyDetailView id={name} />
    </DetailPage>
  );
}
