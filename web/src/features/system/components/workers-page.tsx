import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMay } from '@/shared/api/session';
import { Page } from '@/shared/ui/page';
import { readOne } from '@/shared/lib/search-text';
import { workersTabs } from '../model/search';
import { CrashesTab } from './crashes-tab';
import { HealthPanel } from './health-panel';
import { ImportsTab } from './imports-tab';
import { RejectedTab } from './rejected-tab';
import { WorkersTable } from './workers-table';
import classes from './system.module.css';

export function WorkersPage() {
  const { tab = 'workers' } = useSearch({ from: '/app/workers' });
  const navigate = useNavigate();
  const mayAdmin = useMay('admin');
  const mayAnalyse = useMay('analyst');
  const choose = (value: string | null): void => {
    const next = readOne(value, workersTabs);
    void navigate({ to: '/workers', search: (all) => ({ ...all, tab: next === 'workers' ? undefined : next }) });
  };
  return (
    <Page title="Workers" fill>
      <Tabs value={tab} onChange={choose} className={classes.tabs}>
        <Tabs.List aria-label="Workers and health">
          <Tabs.Tab value="workers">Workers</Tabs.Tab>
          <Tabs.Tab value="health">Health</Tabs.Tab>
          {mayAnalyse && <Tabs.Tab value="crashes">Crashes</Tabs.Tab>}
          {mayAdmin && <Tabs.Tab value="rejected">Rejected lines</Tabs.Tab>}
          <Tabs.Tab value="imports">Imports</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="workers" className={classes.panel}>
          <WorkersTable />
        </Tabs.Panel>
        <Tabs.Panel value="health" className={classes.panel}>
          <HealthPanel />
        </Tabs.Panel>
        <Tabs.Panel value="crashes" className={classes.panel}>
          <CrashesTab />
        </Tabs.Panel>
        <Tabs.Panel value="rejected" className={classes.panel}>
          <RejectedTab />
        </Tabs.Panel>
        <Tabs.Panel value="imports" className={classes.panel}>
          <ImportsTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
