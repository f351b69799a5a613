import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { count } from '@/shared/format/number';
import { AttackerText } from '@/shared/ui/attacker-text';
import { BarList } from '@/shared/ui/bar-list';
import { Panel } from '@/shared/ui/panel';
import { QueryView, staleSince } from '@/shared/ui/query-view';
import { Empty, StaleNote } from '@/shared/ui/states';
import { ValueChip } from '@/shared/ui/value-chip';
import { topQuery } from '../api/credentials';
import classes from './top-lists.module.css';

export function TopLists() {
  const query = useQuery(topQuery);
  const stale = staleSince(query);
  const aside = stale === null ? undefined : <StaleNote at={stale} />;
  return (
    <QueryView query={query}>
      {({ principals, secrets, pairs }) => (
        <div className={classes.columns}>
          <Top title="User names" aside={aside} rows={principals.map(({ value, count: n }) => ({ key: value, label: <ValueChip field="principal" value={value} mono />, count: n }))} />
          <Top title="Secrets" aside={aside} rows={secrets.map(({ masked, secret_sha256, count: n }) => ({ key: secret_sha256, label: <ValueChip field="hash" value={secret_sha256}><AttackerText text={masked} limit={60} mono /></ValueChip>, count: n }))} />
          <Top
            title="Pairs"
            aside={aside}
            rows={pairs.map(({ principal, masked, secret_sha256, count: n }) => ({
              key: `${principal} ${secret_sha256}`, label: <><ValueChip field="principal" value={principal} mono /> <AttackerText text={masked} limit={40} mono /></>, count: n,
            }))}
          />
        </div>
      )}
    </QueryView>
  );
}

function Top({ title, aside, rows }: { title: string; aside: ReactNode; rows: { key: string; label: ReactNode; count: number }[] }) {
  return (
    <Panel title={title} aside={aside}>
      {rows.length === 0 ? <Empty title="Nothing yet" /> : <BarList label={title} rows={rows.map((row) => ({ ...row, value: row.count, text: count(row.count) }))} />}
    </Panel>
  );
}
