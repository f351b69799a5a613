import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { asProblem } from '@/shared/api/problem';
import { sessionQuery } from '@/shared/api/session';
import { useNow } from '@/shared/hooks/use-now';
import { login } from '../api/auth';
import { loginProblem } from '../model/login-problem';
import { useCapsLock } from '../model/use-caps-lock';
import { takeForm } from '@/shared/lib/form';
import { safePath } from '@/shared/lib/safe-path';
import { Gate } from './gate';
import classes from './gate.module.css';

export function LoginPage() {
  const { next } = useSearch({ from: '/login' });
  const client = useQueryClient();
  const router = useRouter();
  const capsLock = useCapsLock();
  const now = useNow();
  const [freeAt, setFreeAt] = useState(0);
  const attempt = useMutation({
    mutationFn: ({ username, password }: { username: string; password: string }) => login(username, password),
    onSuccess: async (session) => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      await router.navigate({ href: safePath(next), replace: true });
    },
    onError: (error) => {
      const wait = asProblem(error).retryAfterS;
      setFreeAt(wait === null ? 0 : Date.now() + wait * 1000);
    },
  });
  const secondsLeft = Math.max(0, Math.ceil((freeAt - now) / 1000));
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    const text = takeForm(event);
    attempt.mutate({ username: text('username').trim(), password: text('password') });
  };

  return (
    <Gate title="Sign in">
      <form className={classes.form} onSubmit={submit} data-login>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the only thing to do on this page */}
        <TextInput size="sm" name="username" label="User name" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus withAsterisk={false} maxLength={64} />
        <PasswordInput
          size="sm"
          name="password"
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          maxLength={1024}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          {...capsLock.props}
        />
        <div role="status">{capsLock.on && <p className={classes.caps}>Caps lock is on.</p>}</div>
        <div role="alert">{attempt.isError && <p className={classes.problem}>{loginProblem(attempt.error, secondsLeft)}</p>}</div>
        <Button type="submit" size="sm" loading={attempt.isPending} disabled={secondsLeft > 0}>
          Sign in
        </Button>
        <p className={classes.hint}>The first user and password are printed when decnet starts for the first time.</p>
      </form>
    </Gate>
  );
}
