import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { overview } from '@/test/data';
import { renderApp } from '@/test/render-app';
import { answer, never, refuse, server } from '@/test/server';

describe('Overview', () => {
  it('shows the numbers of the range and how they changed', async () => {
    renderApp('/');
    expect(await screen.findByText('+20 % on before')).toBeVisible();
    expect(screen.getByRole('button', { name: /login accepted: root/ })).toBeVisible();
    const attackers = within(screen.getByRole('list', { name: 'Attackers by events' }));
    expect(attackers.getByText('198.51.100.7')).toBeVisible();
  });

  it('is quiet when nobody came, whatever decnet itself noted, and says how the deckies are', async () => {
    server.use(answer('/overview', overview({ kpis: [{ key: 'events', value: 48, previous: 0 }], top_attackers: [], attention: [], deckies: { total: 48, up: 46 } })));
    renderApp('/');
    expect(await screen.findByText('No attacker activity in the last 24 hours')).toBeVisible();
    expect(screen.getByText(/46 of 48 deckies are answering/)).toBeVisible();
  });

  it('says that private addresses have no place on a map', async () => {
    server.use(answer('/overview', overview({ countries: [], private_attackers: 3 })));
    renderApp('/');
    expect(await screen.findByText('No source can be placed: all are private addresses')).toBeVisible();
  });

  it('shows the problem and asks again', async () => {
    server.use(refuse('/overview', 500, { title: 'The store did not answer', detail: 'database is locked' }));
    const { container } = renderApp('/');
    expect(await screen.findByText('The store did not answer')).toBeVisible();
    expect(screen.getByText('database is locked')).toBeVisible();
    expect(container).toHaveTextContent('req_test');
    server.use(answer('/overview', overview()));
    screen.getByRole('button', { name: 'Try again' }).click();
    expect(await screen.findByText('+20 % on before')).toBeVisible();
  });

  it('shows a skeleton while it waits, but not at once', async () => {
    server.use(never('/overview'));
    renderApp('/');
    const status = await screen.findByRole('status', { name: 'Loading the overview' });
    expect(status).toBeEmptyDOMElement();
    await expect.poll(() => status.childElementCount).toBeGreaterThan(0);
  });
});
