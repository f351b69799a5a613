import { useParams } from '@tanstack/react-router';
import { DetailPage } from '@/shared/ui/detail';
import { AttackerDetailView } from './attacker-detail';

export function AttackerPage() {
  const { uuid } = useParams({ from: '/app/attackers/$uuid' });
  return (
    <DetailPage title="Attacker" back={{ label: 'Attackers', path: '/attackers' }}>
      <AttackerDetailView id={uuid} />
    </DetailPage>
  );
}
