import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { page, sessionInfo, worker } from '@/test/data';
import { renderApp } from '@/test/render-app';
import { answer, at, refuse, server } from '@/test/server';

const stopped = worker({ state: 'stale', reason: 'stopped on request of ana: too loud', last_words: { at: new Date().toISOString(), actor: 'ana', reason: 'too loud' } });

// What was sent to a path.
function listenTo(path: string, status = 202, body: Record<string, unknown> = {}): unknown[] {
  const sent: unknown[] = [];
  server.use(
    http.post(at(path), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(body, { status });
    }),
  );
  return sent;
}

describe('the Workers page', () => {
  it('stops a worker after a confirmation, with the reason', async () => {
    const sent = listenTo('/workers/ingester/stop');
    renderApp('/workers');
    await userEvent.click(await screen.findByRole('button', { name: 'Stop ingester' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(sent).toEqual([]);
    await userEvent.type(dialog.getByLabelText('Reason'), 'too loud');
    await userEvent.click(dialog.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('ingester was told to stop')).toBeVisible();
    expect(sent).toEqual([{ reason: 'too loud' }]);
  });

  it('says why it could not be done, and stays open', async () => {
    server.use(refuse('/workers/ingester/stop', 503, { title: 'The bus is down' }, {}, 'post'));
    renderApp('/workers');
    await userEvent.click(await screen.findByRole('button', { name: 'Stop ingester' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Stop' }));
    expect(await dialog.findByText(/The bus is down/)).toBeVisible();
  });

  it('shows why a worker is stale, its last words and its log as text', async () => {
    server.use(answer('/workers', page(stopped)), answer('/workers/ingester', { ...stopped, log: ['<b>bye</b>'] }));
    renderApp('/workers');
    expect(await screen.findByText('stopped on request of ana: too loud')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Start ingester' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'ingester' }));
    expect(await screen.findByText('<b>bye</b>')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Last words' })).toBeVisible();
  });

  it('names what start-all could not start', async () => {
    listenTo('/workers/start-all', 202, { started: [], already_running: ['bus'], failed: [{ name: 'ingester', reason: 'its process is away' }] });
    renderApp('/workers');
    await userEvent.click(await screen.findByRole('button', { name: 'Start all' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Start all' }));
    expect(await dialog.findByText('ingester: its process is away')).toBeVisible();
  });

  it('offers nothing to who may not', async () => {
    server.use(answer('/auth/session', sessionInfo('viewer')));
    renderApp('/workers');
    expect(await screen.findByRole('button', { name: 'ingester' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Stop ingester' })).toBeNull();
    expect(screen.queryByRole('tab', { name: 'Crashes' })).toBeNull();
  });

  it('shows the reports of crashes', async () => {
    const crash = { id: 'x', at: new Date().toISOString(), signal: 'SIGSEGV', process: 'core', worker: 'ingester', version: '0.1.0', pid: 7, trace: ['frame one', 'frame two'] };
    server.use(answer('/crashes', page(crash)));
    renderApp('/workers?tab=crashes');
    expect(await screen.findByRole('heading', { name: 'SIGSEGV in ingester in core' })).toBeVisible();
    expect(screen.getByText(/frame two/)).toBeVisible();
  });
});
