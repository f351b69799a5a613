import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '@/shared/api/types';
import { event } from '@/test/data';
import { Feed, kFeedRowsMax, type FeedPage, type FeedPosition } from './feed';

const down = (from: number, to: number): Event[] => Array.from({ length: from - to + 1 }, (_, index) => event(from - index));

function feedOf(pages: FeedPage[], change: { askServer?: boolean } = {}) {
  const asked: FeedPosition[] = [];
  const feed = new Feed({
    fetchPage: (from) => {
      asked.push(from);
      const page = pages.shift();
      return page ? Promise.resolve(page) : Promise.reject(new Error('away'));
    },
    belongs: ({ severity }) => severity !== 'info',
    askServer: change.askServer ?? false,
    ready: () => Promise.resolve(),
  });
  const seqs = (): number[] => Array.from({ length: feed.view.get().count }, (_, index) => feed.rowAt(index).seq);
  return { feed, asked, seqs };
}

const drawn = () => new Promise((resolve) => setTimeout(resolve, 40));

describe('Feed', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('shows the page and puts new events on top, each once', async () => {
    const { feed, seqs } = feedOf([{ data: down(3, 1), next_cursor: null }]);
    await feed.start();
    feed.receive([event(3), event(4), event(5)]);
    await drawn();
    expect(seqs()).toEqual([5, 4, 3, 2, 1]);
  });

  it('loses nothing that comes while the first page is on its way', async () => {
    const { feed, seqs } = feedOf([{ data: down(3, 1), next_cursor: null }]);
    const started = feed.start();
    feed.receive([event(3), event(4)]);
    await started;
    await drawn();
    expect(seqs()).toEqual([4, 3, 2, 1]);
  });

  it('lets new events wait while it is held, and shows them all when released', async () => {
    const { feed, seqs } = feedOf([{ data: down(1, 1), next_cursor: null }]);
    await feed.start();
    feed.setHeld(true);
    feed.receive([event(2), event(3)]);
    await drawn();
    expect(feed.view.get().waiting).toBe(2);
    expect(seqs()).toEqual([1]);
    feed.setHeld(false);
    await drawn();
    expect(seqs()).toEqual([3, 2, 1]);
  });

  it('leaves out what the filters do', async () => {
    const { feed, seqs } = feedOf([{ data: down(1, 1), next_cursor: null }]);
    await feed.start();
    feed.receive([event(2, { severity: 'info' })]);
    await drawn();
    expect(seqs()).toEqual([1]);
  });

  it('reads older pages by their cursor', async () => {
    const { feed, asked, seqs } = feedOf([{ data: down(4, 3), next_cursor: 'older' }, { data: down(2, 1), next_cursor: null }]);
    await feed.start();
    await drawn();
    feed.loadOlder();
    await drawn();
    expect(seqs()).toEqual([4, 3, 2, 1]);
    expect(asked).toEqual([null, { cursor: 'older' }]);
    expect(feed.view.get().hasMore).toBe(false);
  });

  it('joins a page that touches what it has, after a gap in the stream', async () => {
    const { feed, seqs } = feedOf([{ data: down(3, 1), next_cursor: null }, { data: down(6, 2), next_cursor: 'x' }]);
    await feed.start();
    await feed.readFirstPage();
    await drawn();
    expect(seqs()).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('starts anew when the gap is wider than a page, and reads the rest by scrolling', async () => {
    const { feed, seqs } = feedOf([{ data: down(3, 1), next_cursor: null }, { data: down(900, 801), next_cursor: 'rest' }]);
    await feed.start();
    await feed.readFirstPage();
    await drawn();
    expect(seqs()).toHaveLength(100);
    expect(feed.view.get().hasMore).toBe(true);
  });

  it('keeps a bounded number of rows and can read the old ones again', async () => {
    const { feed, asked } = feedOf([{ data: down(1, 1), next_cursor: null }, { data: [], next_cursor: null }]);
    await feed.start();
    feed.receive(down(kFeedRowsMax + 10, 2).reverse());
    await drawn();
    expect(feed.view.get().count).toBeLessThanOrEqual(kFeedRowsMax);
    feed.loadOlder();
    expect(asked.at(-1)).toHaveProperty('until');
  });

  it('asks the server where only the server can judge', async () => {
    const { feed, asked } = feedOf([{ data: down(1, 1), next_cursor: null }, { data: down(2, 1), next_cursor: null }], { askServer: true });
    await feed.start();
    vi.useFakeTimers();
    feed.receive([event(2), event(3)]);
    await vi.advanceTimersByTimeAsync(1100);
    expect(asked).toHaveLength(2);
  });

  it('says what failed, and keeps what it has', async () => {
    const { feed } = feedOf([]);
    await feed.start();
    expect(feed.view.get().status).toBe('error');
    const second = feedOf([{ data: down(1, 1), next_cursor: null }]);
    await second.feed.start();
    await second.feed.readFirstPage();
    expect(second.feed.view.get().status).toBe('ready');
    expect(second.feed.view.get().problem?.detail).toBe('away');
  });
});
