import { Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AttackerDetail } from '@/shared/api/types';
import { compact, plural } from '@/shared/format/number';
import { useStreamChanges } from '@/shared/stream/use-stream';
import { AttackerText } from '@/shared/ui/attacker-text';
import { DetailHeading } from '@/shared/ui/detail';
import { Facts } from '@/shared/ui/facts';
import { QueryView } from '@/shared/ui/query-view';
import { SeverityTag } from '@/shared/ui/severity';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import { attackerQuery } from '../api/attackers';
import { ActivityBars } from './activity-bars';
import { CommandsTab, CredentialsTab, EventsTab, FilesTab, FingerprintsTab, SessionsTab, UrlsTab } from './attacker-tabs';
import classes from './attacker-detail.module.css';

export function AttackerDetailView({ id }: { id: string }) {
  const client = useQueryClient();
  const query = useQuery(attackerQuery(id));
  useStreamChanges(['attacker.'], (changes) => {
    if (changes.some(({ payload }) => JSON.stringify(payload ?? null).includes(id))) void client.invalidateQueries({ queryKey: ['attacker', id] });
  });
  return <QueryView query={query}>{(attacker) => <Content attacker={attacker} />}</QueryView>;
}

function Content({ attacker }: { attacker: AttackerDetail }) {
  const { uuid, ip, is_private: isPrivate, country, country_name, asn, as_name } = attacker;
  const tabs = [
    { value: 'sessions', label: 'Sessions', count: attacker.sessions, Panel: SessionsTab },
    { value: 'credentials', label: 'Logins', count: attacker.credentials, Panel: CredentialsTab },
    { value: 'commands', label: 'Commands', count: attacker.event_types.command ?? 0, Panel: CommandsTab },
    { value: 'events', label: 'Events', count: attacker.events, Panel: EventsTab },
    { value: 'fingerprints', label: 'Fingerprints', count: null, Panel: FingerprintsTab },
    { value: 'files', label: 'Files', count: attacker.files, Panel: FilesTab },
    { value: 'urls', label: 'URLs', count: null, Panel: UrlsTab },
  ];
  return (
    <div data-attacker={uuid}>
      <DetailHeading
        title={<ValueChip field="ip" value={ip}>{ip}</ValueChip>}
        aside={
          <span className={classes.tags}>
            {isPrivate && <Tag>Private address</Tag>}
            <SeverityTag severity={attacker.severity_max} />
          </span>
        }
      />
      <div className={classes.top}>
        <Facts
          items={[
            country ? ['Country', <ValueChip key="c" field="country" value={country}>{country_name ?? country}</ValueChip>] : null,
            asn ? ['Network', <AttackerText key="as" text={`AS${String(asn)} ${as_name ?? ''}`} limit={120} wrap />] : null,
            ['First seen', <TimeText key="f" at={attacker.first_seen} />],
            ['Last seen', <TimeText key="l" at={attacker.last_seen} />],
            ['Services', <Chips key="s" field="service" values={attacker.services} />],
            ['Deckies', <Chips key="d" field="decky" values={attacker.decky_names} />],
          ]}
        />
        <ActivityBars hours={attacker.by_hour} label={`Events an hour in the last seven days, ${plural(attacker.by_hour.reduce((sum, { count }) => sum + count, 0), 'event')} in all`} />
      </div>
      <Tabs defaultValue="sessions" className={classes.tabs}>
        <Tabs.List aria-label="What is known">
          {tabs.map(({ value, label, count }) => (
            <Tabs.Tab key={value} value={value} rightSection={count === null ? undefined : <span className={classes.count}>{compact(count)}</span>}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ value, Panel }) => (
          <Tabs.Panel key={value} value={value} pt={4}>
            <Panel uuid={uuid} services={attacker.services} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

const kChips = 12;

function Chips({ field, values }: { field: 'service' | 'decky'; values: readonly string[] }) {
  if (values.length === 0) return '–';
  return (
    <span className={classes.chips}>
      {values.slice(0, kChips).map((value) => (
        <ValueChip key={value} field={field} value={value} detail={field === 'decky' ? { kind: 'decky', id: value } : undefined} />
      ))}
      {values.length > kChips && <span className="dim">and {values.length - kChips} more</span>}
    </span>
  );
}
