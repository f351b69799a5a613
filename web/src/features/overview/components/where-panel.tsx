import { lazy, Suspense } from 'react';
import type { Overview } from '@/shared/api/types';
import { compact, plural } from '@/shared/format/number';
import { BarList } from '@/shared/ui/bar-list';
import { Panel } from '@/shared/ui/panel';
import { Empty } from '@/shared/ui/states';
import { ValueChip } from '@/shared/ui/value-chip';
import classes from './overview.module.css';

const WorldMap = lazy(() => import('./world-map'));

const kRows = 8;

interface Props {
  countries: Overview['countries'];
  privateAttackers: number;
}

// The table is the map for those who cannot see it. Without geo data, or with private sources only, there is no map.
export function WherePanel({ countries, privateAttackers }: Props) {
  const privateNote = privateAttackers > 0 ? plural(privateAttackers, 'private address', 'private addresses') : undefined;
  return (
    <Panel title="Where from" aside={privateNote}>
      {countries.length === 0 ? (
        <Empty
          title={privateAttackers > 0 ? 'No source can be placed: all are private addresses' : 'No source can be placed'}
          hint={privateAttackers > 0 ? undefined : 'Country data is not installed.'}
        />
      ) : (
        <div className={classes.where}>
          <Suspense fallback={<div style={{ aspectRatio: '2 / 1' }} />}>
            <WorldMap countries={countries} />
          </Suspense>
          <BarList
            label="Countries by attackers"
            rows={countries.slice(0, kRows).map(({ country, name, attackers, events }) => ({
              key: country,
              value: attackers,
              text: <span title={plural(events, 'event')}>{compact(attackers)}</span>,
              label: <ValueChip field="country" value={country}>{name}</ValueChip>,
            }))}
          />
        </div>
      )}
    </Panel>
  );
}
