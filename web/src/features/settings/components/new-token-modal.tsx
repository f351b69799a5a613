import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { asProblem } from '@/shared/api/problem';
import { mayAct, useUser } from '@/shared/api/session';
import type { Role } from '@/shared/api/types';
import { takeForm } from '@/shared/lib/form';
import { createToken } from '../api/settings';
import { roles } from '../model/roles';
import classes from './settings.module.css';

interface Props {
  onClose: () => void;
  onCreated: (token: { name: string; token: string }) => void;
}

const lives = [
  { value: '30', label: '30 days' }, { value: '90', label: '90 days' }, { value: '365', label: '1 year' }, { value: '', label: 'Never expires' },
];
const kDayMs = 86_400_000;

export function NewTokenModal({ onClose, onCreated }: Props) {
  const user = useUser();
  const create = useMutation({ mutationFn: createToken, onSuccess: onCreated });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    const text = takeForm(event);
    const days = Number(text('days'));
    create.mutate({
      name: text('name').trim(), role: text('role') as Role, expires_at: days ? new Date(Date.now() + days * kDayMs).toISOString() : null,
    });
  };
  const problem = create.isError ? asProblem(create.error) : null;
  // Nobody gives away more than they have.
  const allowed = roles.filter(({ value }) => user !== null && mayAct(user.role, value));
  return (
    <Modal opened onClose={onClose} title="Make a token" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput name="name" label="Name" description="What it is for." required withAsterisk={false} maxLength={64} autoComplete="off" data-autofocus />
        <NativeSelect name="role" label="Role" data={allowed.map(({ value, label, may }) => ({ value, label: `${label}: ${may}` }))} />
        <NativeSelect name="days" label="Lives for" defaultValue="90" data={lives} />
        <div role="alert">{problem && <p className={classes.problem}>{[problem.title, problem.detail].filter(Boolean).join('. ')}</p>}</div>
        <Button type="submit" loading={create.isPending}>Make</Button>
      </form>
    </Modal>
  );
}
