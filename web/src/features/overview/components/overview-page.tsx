import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Overview } from '@/shared/api/types';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { isFixed } from '@/shared/lib/time-range';
import { usePaused } from '@/shared/stream/pause';
import { useStreamEvents } from '@/shared/stream/use-stream';
import { Page } from '@/shared/ui/page';
import { QueryView, staleSince } from '@/shared/ui/query-view';
import { StaleNote } from '@/shared/ui/states';
import { overviewQuery } from '../api/overview';
import { AttentionPanel } from './attention-panel';
import { KpiRow } from './kpi-row';
import { OverviewSkeleton } from './overview-skeleton';
import classes from './overview.module.css';
import { Quiet } from './quiet';
import { RatePanel } from './rate-panel';
import { DeckiesPanel, InstrumentPanel, TopAttackersPanel } from './side-panels';
import { WherePanel } from './where-panel';

const kRefreshMs = 30_000;
const kAfterEventsMs = 2000;

export function OverviewPage() {
  const { key, span, range } = useTimeRange();
  const client = useQueryClient();
  const isPaused = usePaused();
  const moving = !isPaused && !isFixed(range);
  const query = useQuery({ ...overviewQuery(span, key), refetchInterval: moving ? kRefreshMs : false });

  // New events move the numbers, but not more often than anybody can read them.
  const [dirty, setDirty] = useState(false);
  useStreamEvents(() => {
    setDirty(true);
  });
  useEffect(() => {
    if (!dirty || !moving) return;
    const timer = setTimeout(() => {
      setDirty(false);
      void client.invalidateQueries({ queryKey: ['overview', key] });
    }, kAfterEventsMs);
    return () => {
      clearTimeout(timer);
    };
  }, [dirty, moving, client, key]);

  const stale = staleSince(query);
  return (
    <Page title="Overview" aside={stale !== null && <StaleNote at={stale} />}>
      <QueryView query={query} loading={<OverviewSkeleton />}>
        {(overview) => <Content overview={overview} />}
      </QueryView>
    </Page>
  );
}

function Content({ overview }: { overview: Overview }) {
  // What decnet itself did (a decky went up) is no activity.
  const isQuiet = overview.attention.length === 0 && overview.top_attackers.length === 0;
  return (
    <>
      <KpiRow kpis={overview.kpis} />
      {isQuiet ? (
        <div className={classes.columns}>
          <Quiet deckies={overview.deckies} />
          <InstrumentPanel deckies={overview.deckies} workers={overview.workers} />
        </div>
      ) : (
        <>
          <div className={classes.columns}>
            <RatePanel rate={overview.rate} />
            <InstrumentPanel deckies={overview.deckies} workers={overview.workers} />
          </div>
          <div className={classes.columns}>
            <AttentionPanel events={overview.attention} />
            <TopAttackersPanel attackers={overview.top_attackers} />
          </div>
          <div className={classes.columns}>
            <WherePanel countries={overview.countries} privateAttackers={overview.private_attackers} />
            <DeckiesPanel hit={overview.deckies_hit} />
          </div>
        </>
      )}
    </>
  );
}
