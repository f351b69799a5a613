import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Credential } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { kindWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import { DetailHeading, DetailSection } from '@/shared/ui/detail';
import { Facts } from '@/shared/ui/facts';
import { QueryView } from '@/shared/ui/query-view';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import { credentialQuery } from '../api/credentials';
import { OutcomeTag } from '../model/columns';
import { SecretView } from './secret-view';

export function CredentialDetailView({ id }: { id: string }) {
  const query = useQuery(credentialQuery(useQueryClient(), id));
  return <QueryView query={query}>{(credential) => <Content credential={credential} />}</QueryView>;
}

function Content({ credential }: { credential: Credential }) {
  const { attacker_uuid: attacker } = credential;
  return (
    <div data-credential={credential.uuid}>
      <DetailHeading title={<AttackerText text={credential.principal} limit={200} mono wrap />} aside={<OutcomeTag credential={credential} />} />
      <Facts
        items={[
          ['Kind', kindWord(credential.secret_kind)],
          ['Source', <ValueChip key="s" field="ip" value={credential.attacker_ip} detail={attacker ? { kind: 'attacker', id: attacker } : undefined} />],
          ['Decky', <ValueChip key="d" field="decky" value={credential.decky} detail={{ kind: 'decky', id: credential.decky }} />],
          ['Service', <ValueChip key="v" field="service" value={credential.service} />],
          ['Attempts', `${count(credential.attempts)}, of them ${count(credential.accepted_count)} accepted`],
          ['First seen', <TimeText key="f" at={credential.first_seen} />],
          ['Last seen', <TimeText key="l" at={credential.last_seen} />],
          ['SHA-256', <ValueChip key="h" field="hash" value={credential.secret_sha256} mono />],
          credential.crack_format ? ['Crack format', credential.crack_format] : null,
        ]}
      />
      <DetailSection title="Secret">
        <SecretView uuid={credential.uuid} masked={credential.secret_masked} />
      </DetailSection>
    </div>
  );
}
