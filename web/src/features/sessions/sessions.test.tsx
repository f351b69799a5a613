import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionDetail } from '@/shared/api/types';
import { ids, session, sessionInfo } from '@/test/data';
import { renderApp } from '@/test/render-app';
import { answer, at, refuse, server } from '@/test/server';

// The terminal itself needs a browser; what stands around it does not.
vi.mock('./model/terminal', () => ({ mountTerminal: () => Promise.resolve(() => undefined) }));

const path = `/sessions/${ids.session}`;
const recorded: SessionDetail = {
  ...session, has_recording: true, segments: 1, recorded_ms: 20_000, recordings: [{ recording: 0, segments: 1, missing: 0, bytes: 900, duration_ms: 20_000, final: true, truncated: false }],
  command_list: [{ seq: 1, at: session.started_at, offset_ms: 1000, command: 'id\u0007', output_bytes: null, exit_status: '1' }], urls: ['http://203.0.113.9/x'],
};
const cast = '{"version":2,"width":80,"height":24}\n[0.1,"o","# "]\n[2,"m","command uname -a"]\n[2,"i","uname -a\\r"]\n[2.5,"o","Linux web-01\\r\\n"]\n[20,"m","command exit"]\n';

function withCast(text = cast, headers: Record<string, string> = { 'Decnet-Segment': '0', 'Decnet-Final': 'true' }) {
  return http.get(at(`${path}/recording`), () => new HttpResponse(text, { headers }));
}

describe('a recorded session', () => {
  beforeEach(() => {
    server.use(answer(path, recorded), withCast());
  });

  it('leads from a command to its moment, and says which is playing', async () => {
    renderApp(path);
    const list = await screen.findByRole('group', { name: 'Commands and markers' });
    const button = within(list).getByRole('button', { name: /uname -a/ });
    await userEvent.click(button);
    expect(button).toHaveAttribute('aria-current', 'true');
    expect(screen.getByText('0:02 / 0:20')).toBeVisible();
  });

  it('begins at the moment of the link', async () => {
    renderApp(`${path}?t=12.5`);
    expect(await screen.findByText('0:12 / 0:20')).toBeVisible();
  });

  it('is played by keys', async () => {
    renderApp(path);
    await screen.findByText('0:00 / 0:20');
    await userEvent.keyboard(']');
    expect(screen.getByText('0:02 / 0:20')).toBeVisible();
    await userEvent.keyboard('5');
    expect(screen.getByText('0:10 / 0:20')).toBeVisible();
    await userEvent.keyboard('{ArrowLeft}');
    expect(screen.getByText('0:05 / 0:20')).toBeVisible();
    await userEvent.keyboard('>');
    expect(screen.getByRole('combobox', { name: 'Speed' })).toHaveValue('1.5');
  });

  it('shows keystrokes apart and finds text in what was printed', async () => {
    renderApp(path);
    await userEvent.click(await screen.findByRole('tab', { name: /Keystrokes/ }));
    expect(await screen.findByRole('button', { name: /uname -a‹CR›/ })).toBeVisible();
    await userEvent.click(screen.getByRole('tab', { name: 'Transcript' }));
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search in the transcript' }), 'LINUX');
    expect(await screen.findByText('1 match')).toBeVisible();
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search in the transcript' }), 'zzz');
    expect(await screen.findByText('No line matches')).toBeVisible();
  });

  it('tells what happened beside it, as text', async () => {
    renderApp(path);
    const list = await screen.findByRole('list', { name: 'Commands' });
    expect(list).toHaveTextContent('idBEL');
    expect(list).toHaveTextContent('exit 1');
    expect(screen.getByRole('list', { name: 'URLs' })).toHaveTextContent('http://203.0.113.9/x');
    expect(screen.getByRole('link', { name: 'Download .cast' })).toHaveAttribute('href', expect.stringContaining('download=true'));
  });

  it('says why it cannot be played', async () => {
    server.use(refuse(`${path}/recording`, 404, { title: 'Not found', detail: 'the recording was not kept' }));
    renderApp(path);
    expect(await screen.findByText('the recording was not kept')).toBeVisible();
    server.use(withCast());
    screen.getAllByRole('button', { name: 'Try again' })[0]?.click();
    expect(await screen.findByText('0:00 / 0:20')).toBeVisible();
  });

  it('is for analysts', async () => {
    server.use(answer('/auth/session', sessionInfo('viewer')));
    renderApp(path);
    expect(await screen.findByText('This needs the role analyst')).toBeVisible();
  });
});

describe('a session without a recording', () => {
  it('says so where something was typed', async () => {
    server.use(answer(path, { ...recorded, commands: 1, recordings: [] }));
    renderApp(path);
    expect(await screen.findByText('Nothing was recorded')).toBeVisible();
  });
});

describe('the list of sessions', () => {
  it('asks the server with the filters of the URL', async () => {
    const asked: string[] = [];
    server.use(http.get(at('/sessions'), ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ data: [session], next_cursor: null, prev_cursor: null, total: 1 });
    }));
    renderApp('/sessions?q=wget&recorded=true&login=false&longer=60&service=ssh');
    await screen.findByRole('grid', { name: 'Sessions' });
    for (const part of ['command=wget', 'has_recording=true', 'has_login=false', 'duration_min_ms=60000', 'service=ssh']) expect(asked[0]).toContain(part);
  });
});
