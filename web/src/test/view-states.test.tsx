// Every view in every state: loading, empty, failed (with the problem and another try), forbidden, full.
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ids, page, sessionInfo } from './data';
import { renderApp } from './render-app';
import { answer, never, refuse, server, unreachable } from './server';

interface View {
  path: string;
  api: string;
  full: RegExp;
  empty?: { body: Parameters<typeof answer>[1]; text: RegExp };
}

const none = { ...page(), total: 0 };
const views: View[] = [
  { path: '/feed', api: '/events', full: /login refused: root/, empty: { body: none, text: /Waiting for events/ } },
  { path: '/attackers', api: '/attackers', full: /198\.51\.100\.7/, empty: { body: none, text: /Nobody has touched a decky/ } },
  { path: `/attackers/${ids.attacker}`, api: `/attackers/${ids.attacker}`, full: /Netherlands/ },
  { path: '/credentials', api: '/credentials', full: /t••r/, empty: { body: none, text: /No login was tried yet/ } },
  { path: '/credentials?tab=top', api: '/credentials/top', full: /root/, empty: { body: { principals: [], secrets: [], pairs: [] }, text: /Nothing yet/ } },
  { path: `/credentials/${ids.credential}`, api: `/credentials/${ids.credential}`, full: /t••r/ },
  { path: '/sessions', api: '/sessions', full: /198\.51\.100\.7/, empty: { body: none, text: /No sessions in this time range/ } },
  { path: `/sessions/${ids.session}`, api: `/sessions/${ids.session}`, full: /http on web-01/ },
  { path: '/feed/7', api: '/events/7', full: /the line/ },
  { path: '/fleet', api: '/deckies', full: /web-01/, empty: { body: none, text: /No deckies/ } },
  { path: '/fleet/web-01', api: '/deckies/web-01', full: /www1/ },
  { path: '/workers', api: '/workers', full: /ingester/, empty: { body: none, text: /No worker is known/ } },
  { path: '/workers?tab=health', api: '/health', full: /Acknowledging/ },
  { path: '/workers?tab=rejected', api: '/rejected', full: /No line was ever rejected/, empty: { body: none, text: /No line was ever rejected/ } },
  { path: '/workers?tab=imports', api: '/imports', full: /Nothing was imported/, empty: { body: none, text: /Nothing was imported/ } },
  { path: '/settings/users', api: '/users', full: /First password|Active/ },
  { path: '/settings/tokens', api: '/tokens', full: /siem/, empty: { body: none, text: /No tokens/ } },
  { path: '/settings/audit', api: '/audit', full: /Create user/, empty: { body: none, text: /Nothing was changed yet/ } },
];

describe.each(views)('$path', ({ path, api, full, empty }) => {
  it('shows what there is', async () => {
    renderApp(path);
    expect((await screen.findAllByText(full)).length).toBeGreaterThan(0);
  });

  it('shows that it loads', async () => {
    server.use(never(api));
    const { container } = renderApp(path);
    await screen.findByRole('heading', { level: 1 });
    await expect.poll(() => container.querySelector('[data-state="loading"]'), { timeout: 8000 }).not.toBeNull();
  });

  it('shows the problem, its request and another try', async () => {
    server.use(refuse(api, 500, { title: 'It broke', detail: 'because of a test' }));
    const { container } = renderApp(path);
    expect((await screen.findAllByText('It broke')).length).toBeGreaterThan(0);
    expect(container).toHaveTextContent('because of a test');
    expect(container).toHaveTextContent('req_test');
    server.resetHandlers();
    screen.getAllByRole('button', { name: 'Try again' })[0]?.click();
    expect((await screen.findAllByText(full)).length).toBeGreaterThan(0);
  });

  it('says so when the server cannot be reached', async () => {
    server.use(unreachable(api));
    renderApp(path);
    expect((await screen.findAllByText(/The API cannot be reached|API unreachable/)).length).toBeGreaterThan(0);
  });

  it('says which role is needed', async () => {
    server.use(refuse(api, 403, { title: 'Forbidden', detail: 'this needs the role operator' }));
    renderApp(path);
    expect((await screen.findAllByText('This needs the role operator')).length).toBeGreaterThan(0);
  });

  if (empty) {
    it('says why it is empty', async () => {
      server.use(answer(api, empty.body));
      renderApp(path);
      expect((await screen.findAllByText(empty.text)).length).toBeGreaterThan(0);
    });
  }
});

describe('a viewer', () => {
  it.each(['/settings/users', '/settings/audit', '/workers?tab=rejected'])('is told that %s is for admins', async (path) => {
    server.use(answer('/auth/session', sessionInfo('viewer')));
    renderApp(path);
    expect(await screen.findByText('This needs the role admin')).toBeVisible();
  });
});

describe('filters that hide everything', () => {
  it.each([['/sessions?recorded=true', '/sessions', /No sessions match the filters/], ['/attackers?q=nobody', '/attackers', /No attackers match the filters/], ['/credentials?principal=nobody', '/credentials', /No credentials match the filters/]])(
    'are named on %s and can be cleared',
    async (path, api, text) => {
      server.use(answer(api, none));
      const { router } = renderApp(path);
      expect(await screen.findByText(text)).toBeVisible();
      screen.getByRole('button', { name: 'Clear filters' }).click();
      await expect.poll(() => router.state.location.search).toEqual({});
    },
  );
});
