import { useSearch } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Event } from '@/shared/api/types';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { useListFilters } from '@/shared/hooks/use-list-filters';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { togglePause } from '@/shared/stream/pause';
import { FilterContext } from '@/shared/ui/chip-context';
import { DataGrid } from '@/shared/ui/data-grid/data-grid';
import type { GridHandle } from '@/shared/ui/data-grid/types';
import type { RowActions } from '@/shared/ui/data-grid/use-grid-keys';
import { FilterBar } from '@/shared/ui/filter-bar';
import { Page } from '@/shared/ui/page';
import { eventColumns } from '../model/columns';
import { eventFields } from '../model/filter';
import { parseEventsSearch } from '../model/search';
import { useFeed } from '../model/use-feed';
import { FacetButton, FacetPanel } from './facets';
import { FeedAside } from './feed-aside';
import classes from './feed-page.module.css';
import { FeedState } from './feed-states';
import { WaitingPill } from './waiting-pill';

const rowKey = (event: Event): string => String(event.seq);

export function FeedPage() {
  const all = useSearch({ from: '/app/feed' });
  const search = useMemo(() => parseEventsSearch({ ...all }), [all]);
  const { range } = useTimeRange();
  const filters = useListFilters(eventFields);
  const { current, open, openFull } = useOpenDetail();
  const { feed, view, source, setAway } = useFeed(search, range);
  const grid = useRef<GridHandle>(null);
  const columns = eventColumns(useNarrow());

  const newest = (): void => {
    grid.current?.scrollToTop();
    setAway(false);
    feed.release();
  };
  useShortcuts([
    { keys: 'p', label: 'Pause or resume', group: 'Live feed', run: togglePause },
    { keys: 'Home', label: 'Newest', group: 'Live feed', run: newest },
  ]);

  const actions: RowActions<Event> = {
    open: (event, full) => { (full ? openFull : open)({ kind: 'event', id: String(event.seq) }); },
    copy: ({ src_ip }) => src_ip,
    only: ({ src_ip }) => { filters.page.only('ip', src_ip); },
    without: ({ src_ip }) => { filters.page.without('ip', src_ip); },
  };
  const toolbar = (
    <FilterBar
      search={{ value: search.q ?? '', placeholder: 'Search in events', onChange: (q) => { filters.set({ q: q || undefined }); } }}
      pills={filters.pills}
      onClear={filters.clear}
      aside={<FeedAside view={view} />}
    >
      <FacetButton filters={filters} search={search} />
    </FilterBar>
  );
  return (
    <FilterContext value={filters.page}>
      <Page title="Live feed" fill toolbar={toolbar}>
        <div className={classes.split}>
          <FacetPanel filters={filters} search={search} />
          <div className={classes.list}>
            <WaitingPill count={view.waiting} onShow={newest} />
            {view.status === 'ready' && view.count > 0 ? (
              <DataGrid
                label="Events, newest first"
                columns={columns}
                source={source}
                rowKey={rowKey}
                hasMore={view.hasMore}
                fetchMore={feed.loadOlder}
                actions={actions}
                selectedKey={current?.kind === 'event' ? current.id : undefined}
                onScrolledAway={setAway}
                handle={grid}
              />
            ) : (
              <FeedState view={view} filters={filters} search={search} onRetry={() => void feed.readFirstPage()} />
            )}
          </div>
        </div>
      </Page>
    </FilterContext>
  );
}
