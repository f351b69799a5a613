import { Button, PasswordInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { takeForm } from '@/shared/lib/form';
import { asProblem } from '@/shared/api/problem';
import classes from './password-form.module.css';

export const kPasswordCharsMin = 12;

interface Props {
  username: string;
  currentLabel: string;
  submitLabel: string;
  busy: boolean;
  error: unknown;
  onSubmit: (current: string, chosen: string) => void;
}

export function passwordFault(chosen: string, repeated: string, current: string): string | null {
  if (Array.from(chosen).length < kPasswordCharsMin) return `At least ${String(kPasswordCharsMin)} characters.`;
  if (chosen === current) return 'It must differ from the old one.';
  return chosen === repeated ? null : 'The two are not the same.';
}

function refused(error: unknown): string | null {
  if (!error) return null;
  const problem = asProblem(error);
  const fields = problem.fields.map(({ detail }) => detail).filter(Boolean);
  return [problem.title, problem.detail, ...fields].filter(Boolean).join('. ');
}

// The old password, and the new one twice.
export function PasswordForm({ username, currentLabel, submitLabel, busy, error, onSubmit }: Props) {
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    const text = takeForm(event);
    const [current, chosen] = [text('current'), text('chosen')];
    const found = passwordFault(chosen, text('repeated'), current);
    setFault(found);
    if (found === null) onSubmit(current, chosen);
  };
  const shared = { size: 'sm', required: true, withAsterisk: false, maxLength: 1024, visibilityToggleButtonProps: { 'aria-label': 'Show or hide the password', tabIndex: 0 } } as const;
  const message = fault ?? refused(error);
  return (
    <form className={classes.form} onSubmit={submit} data-password-form>
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <PasswordInput {...shared} name="current" label={currentLabel} autoComplete="current-password" />
      <PasswordInput {...shared} name="chosen" label="New password" description={`At least ${String(kPasswordCharsMin)} characters; a few words do well.`} autoComplete="new-password" />
      <PasswordInput {...shared} name="repeated" label="New password again" autoComplete="new-password" />
      <div role="alert">{message !== null && <p className={classes.problem}>{message}</p>}</div>
      <Button type="submit" size="sm" loading={busy}>
        {submitLabel}
      </Button>
    </form>
  );
}
