import { useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react';
import { spanOf, type RangeSearch } from '@/shared/lib/time-range';
import { usePaused } from '@/shared/stream/pause';
import { stream } from '@/shared/stream/stream';
import type { RowSource } from '@/shared/ui/data-grid/types';
import type { Event } from '@/shared/api/types';
import { exclusionsOf, type FilterSearch } from '@/shared/lib/filters';
import { fetchEvents } from '../api/events';
import { Feed, type FeedView } from './feed';
import { belongs, isExcluded } from './filter';
import type { EventsSearch } from './search';

const kStreamPatienceMs = 1500;

export interface FeedState {
  feed: Feed;
  view: FeedView;
  source: RowSource<Event>;
  away: boolean; // The person scrolled down: what arrives waits.
  setAway: (away: boolean) => void;
}

// A feed for these filters, fed by the stream as long as the page is open. Other filters make another feed.
export function useFeed(search: EventsSearch, range: RangeSearch): FeedState {
  const wanted = JSON.stringify({ search, range });
  const [away, setAway] = useState(false);
  const isPaused = usePaused();

  const feed = useMemo(() => {
    const asked = JSON.parse(wanted) as { search: EventsSearch; range: RangeSearch };
    const exclusions = exclusionsOf(asked.search as FilterSearch);
    return new Feed({
      fetchPage: async (from, signal) => {
        const page = await fetchEvents(asked.search, spanOf(asked.range), from, signal);
        return { ...page, data: page.data.filter((event) => !isExcluded(event, exclusions)) };
      },
      belongs: (event) => belongs(event, asked.search, spanOf(asked.range)) && !isExcluded(event, exclusions),
      askServer: asked.search.q !== undefined,
      ready: () => stream.live(kStreamPatienceMs),
    });
  }, [wanted]);

  const receive = useEffectEvent((events: Event[]) => { feed.receive(events); });
  useEffect(() => {
    const stops = [stream.onEvents((events) => { receive(events); }), stream.onSync(() => void feed.readFirstPage())];
    void feed.start();
    return () => {
      for (const stop of stops) stop();
      feed.close();
    };
  }, [feed]);

  useEffect(() => {
    feed.setHeld(away || isPaused);
  }, [feed, away, isPaused]);

  const view = useSyncExternalStore(feed.view.subscribe, feed.view.get);
  const source = useMemo(() => ({ count: view.count, rowAt: feed.rowAt, version: view.version }), [feed, view.count, view.version]);
  return { feed, view, source, away, setAway };
}

