import type { Overview } from '@/shared/api/types';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { isFixed, kDefaultRange, presets } from '@/shared/lib/time-range';
import { Panel } from '@/shared/ui/panel';
import { Empty } from '@/shared/ui/states';
import { TextLink } from '@/shared/ui/text-link';

// Nothing happened, which on a quiet network is the normal state and no fault.
export function Quiet({ deckies }: { deckies: Overview['deckies'] }) {
  const { range } = useTimeRange();
  const preset = presets.find(({ id }) => id === (range.range ?? kDefaultRange));
  const when = isFixed(range) || !preset?.ms ? 'in this time range' : `in the ${preset.word.toLowerCase()}`;
  const answering = `${String(deckies.up)} of ${String(deckies.total)} deckies are answering.`;
  return (
    <Panel title="Activity">
      <Empty
        title={`No attacker activity ${when}`}
        hint={
          <>
            {answering} To see that it works, connect to one of them: their addresses are on the{' '}
            <TextLink to="/fleet">
              Fleet
            </TextLink>{' '}
            page.
          </>
        }
      />
    </Panel>
  );
}
