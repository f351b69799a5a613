import { Button } from '@mantine/core';
import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import { useQuery } from '@tanstack/react-query';
import type { Decky } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { capital, plainWord } from '@/shared/format/words';
import { useGo } from '@/shared/hooks/use-go';
import { CopyButton } from '@/shared/ui/copy-button';
import { DetailHeading, DetailSection } from '@/shared/ui/detail';
import { Facts } from '@/shared/ui/facts';
import { QueryView } from '@/shared/ui/query-view';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import { deckyQuery } from '../api/deckies';
import { StateTag } from '../model/columns';
import classes from './fleet.module.css';

export function DeckyDetailView({ id }: { id: string }) {
  const query = useQuery(deckyQuery(id));
  return <QueryView query={query}>{(decky) => <Content decky={decky} />}</QueryView>;
}

const tones = { up: 'green', pending: 'blue', down: 'red' } as const;

function Content({ decky }: { decky: Decky }) {
  const go = useGo();
  return (
    <div data-decky={decky.name}>
      <DetailHeading title={decky.name} aside={<StateTag state={decky.state} reason={null} />} />
      {decky.reason && <p className="dim">{decky.reason}</p>}
      <div style={{ marginBlock: 10 }}>
        <Button variant="default" leftSection={<IconActivity size={14} aria-hidden />} onClick={() => { go(`/feed?decky=${encodeURIComponent(decky.name)}`); }}>
          Its events
        </Button>
      </div>
      <Facts
        items={[
          ['Host name', decky.hostname],
          ['Address', <span key="ip" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>{decky.ip} <CopyButton text={decky.ip} label="Copy the address" /></span>],
          ['MAC', decky.mac || '–'],
          ['Archetype', plainWord(decky.archetype)],
          ['Personality', decky.personality],
          ['Deployed', <TimeText key="d" at={decky.deployed_at} />],
          ['Last touched', <TimeText key="l" at={decky.last_seen} />],
          ['Hits in 24 h', count(decky.hits_24h)],
        ]}
      />
      <DetailSection title="Services">
        <div className={classes.tableBox}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Service</th>
                <th scope="col">Port</th>
                <th scope="col">State</th>
                <th scope="col">Reason</th>
              </tr>
            </thead>
            <tbody>
              {decky.services.map((service) => (
                <tr key={`${service.name} ${String(service.port)}`}>
                  <td><ValueChip field="service" value={service.name} /></td>
                  <td>{service.port}{service.actual_port !== service.port && service.actual_port !== 0 && ` → ${String(service.actual_port)}`}</td>
                  <td><Tag tone={tones[service.state]} dot>{capital(service.state)}</Tag></td>
                  <td className="dim">{service.reason ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </DetailSection>
    </div>
  );
}
