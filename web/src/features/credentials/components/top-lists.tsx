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
          <Top title="Secrets" aside={aside} rows={secrets.map(({ masked, secret_sha256, count: n }) => ({ key: secret_sha256, label: <ValueChip field="secret" value={secret_sha256}><Masked text={masked} sha256={secret_sha256} /></ValueChip>, count: n }))} />
          <Top
            title="Pairs"
            aside={aside}
            rows={pairs.map(({ principal, masked, secret_sha256, count: n }) => ({
              key: `${principal} ${secret_sha256}`, label: <><ValueChip field="principal" value={principal} mono /> <Masked text={masked} sha256={secret_sha256} /></>, count: n,
            }))}
          />
        </div>
      )}
    </QueryView>
  );
}

const kHashShown = 8;

// All secrets look alike when masked; the beginning of the hash tells them apart.
function Masked({ text, sha256 }: { text: string; sha256: string }) {
  return (
    <>
      <AttackerText text={text} limit={40} mono />
      {text !== '' && <span className="dim" title={`SHA-256 ${sha256}`}>{sha256.slice(0, kHashShown)}</span>}
    </>
  );
}

function Top({ title, aside, rows }: { title: string; aside: ReactNode; rows: { key: string; label: ReactNode; count: number }[] }) {
  return (
    <Panel title={title} aside={aside}>
      {rows.length === 0 ? <Empty title="Nothing yet" /> : <BarList label={title} rows={rows.map((row) => ({ ...row, value: row.count, text: count(row.count) }))} />}
    </Panel>
  );
}
