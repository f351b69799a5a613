import { Link } from '@tanstack/react-router';
import type { Overview } from '@/shared/api/types';
import { compact, plural } from '@/shared/format/number';
import { BarList } from '@/shared/ui/bar-list';
import { Panel } from '@/shared/ui/panel';
import { Empty } from '@/shared/ui/states';
import { Tag } from '@/shared/ui/tag';
import { ValueChip } from '@/shared/ui/value-chip';
import classes from './overview.module.css';
import { TextLink } from '@/shared/ui/text-link';

const kRows = 9;

export function TopAttackersPanel({ attackers }: { attackers: Overview['top_attackers'] }) {
  return (
    <Panel title="Top attackers" aside={<TextLink to="/attackers" search={{ sort: '-events' }}>All</TextLink>}>
      {attackers.length === 0 ? (
        <Empty title="Nobody" />
      ) : (
        <BarList
          label="Attackers by events"
          rows={attackers.slice(0, kRows).map((attacker) => ({
            key: attacker.uuid,
            value: attacker.events,
            text: compact(attacker.events),
            label: (
              <>
                <ValueChip field="ip" value={attacker.ip} detail={{ kind: 'attacker', id: attacker.uuid }} />
                <span className={classes.attackerMeta}>{attacker.country_name ?? plural(attacker.deckies, 'decky', 'deckies')}</span>
              </>
            ),
          }))}
        />
      )}
    </Panel>
  );
}

export function DeckiesPanel({ hit }: { hit: Overview['deckies_hit'] }) {
  return (
    <Panel title="Deckies hit" aside={<TextLink to="/fleet">Fleet</TextLink>}>
      {hit.length === 0 ? (
        <Empty title="None" />
      ) : (
        <BarList
          label="Deckies by events"
          rows={hit.slice(0, kRows).map(({ decky, events, attackers }) => ({
            key: decky,
            value: events,
            text: compact(events),
            label: (
              <>
                <ValueChip field="decky" value={decky} detail={{ kind: 'decky', id: decky }} />
                <span className={classes.attackerMeta}>{plural(attackers, 'attacker')}</span>
              </>
            ),
          }))}
        />
      )}
    </Panel>
  );
}

export function InstrumentPanel({ deckies, workers }: Pick<Overview, 'deckies' | 'workers'>) {
  const allUp = deckies.up === deckies.total;
  return (
    <Panel title="The instrument">
      <div className={classes.instrument}>
        <Link to="/fleet" className={classes.instrumentRow}>
          Deckies
          <Tag tone={allUp ? 'green' : 'amber'} dot>{deckies.up} of {deckies.total} up</Tag>
        </Link>
        <Link to="/workers" className={classes.instrumentRow}>
          Workers OK
          <Tag tone="green" dot>{workers.ok}</Tag>
        </Link>
        {workers.stale > 0 && (
          <Link to="/workers" className={classes.instrumentRow}>
            Workers stale
            <Tag tone="amber" dot>{workers.stale}</Tag>
          </Link>
        )}
        {workers.unknown > 0 && (
          <Link to="/workers" className={classes.instrumentRow}>
            Workers never heard of
            <Tag dot>{workers.unknown}</Tag>
          </Link>
        )}
      </div>
    </Panel>
  );
}
