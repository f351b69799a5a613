import { Tooltip } from '@mantine/core';
import type { Decky, DeckyService } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import { capital, plainWord } from '@/shared/format/words';
import type { Column } from '@/shared/ui/data-grid/types';
import { Tag, type Tone } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { ValueChip } from '@/shared/ui/value-chip';
import classes from './columns.module.css';

const tones: Record<Decky['state'], Tone> = { up: 'green', degraded: 'amber', pending: 'blue', down: 'red' };

export function StateTag({ state, reason }: { state: Decky['state']; reason: string | null }) {
  const tag = (
    <Tag tone={tones[state]} dot>
      {capital(state)}
    </Tag>
  );
  return reason ? <Tooltip label={reason}>{tag}</Tooltip> : tag;
}

// "ssh 22", or "ssh 22 → 10022" where the port of the host was taken.
export function portText({ name, port, actual_port }: DeckyService): string {
  return actual_port === port || actual_port === 0 ? `${name} ${String(port)}` : `${name} ${String(port)} → ${String(actual_port)}`;
}

function Services({ services }: { services: readonly DeckyService[] }) {
  return (
    <span className={classes.services} title={services.map((service) => `${portText(service)} ${service.state}`).join('\n')}>
      {services.map((service) => (
        <span key={`${service.name} ${String(service.port)}`} className={classes.service} data-state={service.state}>
          {portText(service)}
          {service.state !== 'up' && ` ${service.state}`}
        </span>
      ))}
    </span>
  );
}

export const deckyColumns: readonly Column<Decky>[] = [
  { id: 'state', header: 'State', width: '102px', cell: (row) => <StateTag state={row.state} reason={null} /> },
  { id: 'name', header: 'Decky', width: 'minmax(130px, 1fr)', cell: (row) => <ValueChip field="decky" value={row.name} detail={{ kind: 'decky', id: row.name }} /> },
  { id: 'ip', header: 'Address', width: '130px', cell: (row) => row.ip },
  { id: 'archetype', header: 'Archetype', width: '140px', cell: (row) => plainWord(row.archetype) },
  { id: 'personality', header: 'Personality', width: '100px', cell: (row) => row.personality },
  { id: 'services', header: 'Services', width: 'minmax(230px, 1.8fr)', cell: (row) => <Services services={row.services} /> },
  { id: 'hits', header: 'Hits 24 h', width: '82px', align: 'end', cell: (row) => count(row.hits_24h) },
  { id: 'seen', header: 'Last touched', width: '144px', cell: (row) => <TimeText at={row.last_seen} plain /> },
  { id: 'reason', header: 'Reason', width: 'minmax(90px, 1fr)', cell: (row) => <span className="dim">{row.reason ?? ''}</span> },
];
