import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { StreamState } from '@/shared/stream/messages';
import { health } from '@/test/data';
import { renderApp } from '@/test/render-app';
import { answer, server } from '@/test/server';
import { bannerKind } from './banner';
import { chipText } from './stream-chip';

const live: StreamState = { phase: 'live', since: 0, retryAt: null };
const away: StreamState = { phase: 'reconnecting', since: 0, retryAt: 14_000 };
const offline = health({ bus: { connected: false, since: new Date().toISOString() } });
const low = health({ disk: { free_bytes: 1, total_bytes: 2, level: 'low' } });

describe('the banner', () => {
  it('shows the worst: bus, then API, then disk', () => {
    expect([bannerKind(offline, false, away, 10_000), bannerKind(low, true, away, 10_000), bannerKind(low, false, live, 0), bannerKind(low, true, live, 0), bannerKind(health(), true, live, 0)]).toEqual([
      'bus', 'api', 'api', 'disk', null,
    ]);
  });

  it('gives a restarting API three seconds', () => {
    expect(bannerKind(health(), true, away, 2000)).toBeNull();
  });

  it('stands on every page while the bus is offline', async () => {
    server.use(answer('/health', offline));
    renderApp('/attackers');
    expect(await screen.findByText('Bus offline', { selector: 'strong' })).toBeVisible();
    expect(within(screen.getByRole('main')).getByRole('heading', { name: 'Attackers' })).toBeVisible();
  });
});

describe('the stream chip', () => {
  it('says in words what the stream does', () => {
    const words = [chipText(live, false, false, 12, 0), chipText(live, true, false, 12, 0), chipText(away, false, false, 0, 10_000), chipText(live, false, true, 3, 0)].map(({ word }) => word);
    expect(words).toEqual(['Live 12 ev/s', 'Paused', 'Reconnecting 4 s', 'Bus offline']);
  });
});

describe('the frame', () => {
  it('shows only the pages that exist', async () => {
    renderApp('/');
    const nav = within(await screen.findByRole('navigation', { name: 'Main' }));
    expect(nav.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Overview', 'Live feed', 'Attackers', 'Sessions', 'Credentials', 'Fleet', 'Workers', 'Settings']);
  });

  it('keeps the time range from page to page', async () => {
    const { router } = renderApp('/?range=7d');
    await userEvent.click(await screen.findByRole('link', { name: 'Attackers' }));
    await screen.findByRole('heading', { name: 'Attackers', level: 1 });
    expect(router.state.location.search).toEqual({ range: '7d' });
  });

  it('finds things by the palette', async () => {
    server.use(answer('/search', { results: [{ kind: 'attacker', title: '203.0.113.9', subtitle: '3 events', href: '/attackers/x' }] }));
    renderApp('/');
    await screen.findByRole('heading', { name: 'Overview' });
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.type(await screen.findByRole('textbox', { name: 'Search' }), '203');
    expect(await screen.findByText('203.0.113.9')).toBeInTheDocument();
  });
});
