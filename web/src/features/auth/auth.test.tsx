import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { safePath } from '@/shared/lib/safe-path';
import { passwordFault } from '@/shared/ui/password-form';
import { sessionInfo } from '@/test/data';
import { renderApp } from '@/test/render-app';
import { answer, at, refuse, server } from '@/test/server';

const refusedSession = refuse('/auth/session', 401);

async function fill(password = 'secret'): Promise<void> {
  await userEvent.type(await screen.findByLabelText('User name'), 'ana');
  await userEvent.type(screen.getByLabelText('Password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

describe('signing in', () => {
  it('comes back to the page that was asked for', async () => {
    server.use(refusedSession, answer('/auth/login', sessionInfo(), 'post'));
    const { router } = renderApp('/credentials?principal=root');
    await fill();
    await screen.findByRole('heading', { name: 'Credentials' });
    expect(router.state.location.href).toBe('/credentials?principal=root');
  });

  it('never says which of the two was wrong', async () => {
    server.use(refusedSession, refuse('/auth/login', 401, { detail: 'unknown user' }, {}, 'post'));
    renderApp('/login');
    await fill();
    expect(await screen.findByText('User name or password is wrong.')).toBeVisible();
  });

  it('says how long to wait after too many attempts', async () => {
    server.use(refusedSession, refuse('/auth/login', 429, {}, { 'Retry-After': '30' }, 'post'));
    renderApp('/login');
    await fill();
    expect(await screen.findByText(/Too many attempts\. Try again in (30|29|28) s\./)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled();
  });

  it('asks for an own password after the first login, and lets nobody past', async () => {
    let changed = false;
    server.use(
      http.get(at('/auth/session'), () => HttpResponse.json(sessionInfo('admin', { must_change_password: !changed }))),
      http.post(at('/auth/password'), () => {
        changed = true;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { router } = renderApp('/fleet');
    await userEvent.type(await screen.findByLabelText('First password'), 'the-first-one');
    await userEvent.type(screen.getByLabelText('New password'), 'a much longer one');
    await userEvent.type(screen.getByLabelText('New password again'), 'a much longer one');
    expect(router.state.location.pathname).toBe('/password');
    await userEvent.click(screen.getByRole('button', { name: 'Change and go on' }));
    await screen.findByRole('heading', { name: 'Fleet' });
  });

  it('goes to the login when the session ends under an open page', async () => {
    server.use(refuse('/attackers', 401));
    const { router } = renderApp('/attackers');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(router.state.location.search).toEqual({ next: '/attackers' });
  });
});

describe('where a login may lead', () => {
  it('is a path of this dashboard', () => {
    expect(['/feed?q=x', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/login', undefined].map(safePath)).toEqual(['/feed?q=x', '/', '/', '/', '/', '/', '/']);
  });
});

describe('a new password', () => {
  it('is long, repeated and new', () => {
    expect([passwordFault('short', 'short', 'x'), passwordFault('long enough one', 'other', 'x'), passwordFault('long enough one', 'long enough one', 'long enough one'), passwordFault('long enough one', 'long enough one', 'x')]).toEqual([
      'At least 12 characters.', 'The two are not the same.', 'It must differ from the old one.', null,
    ]);
  });
});
