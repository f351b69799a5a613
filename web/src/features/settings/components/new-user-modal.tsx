import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { asProblem } from '@/shared/api/problem';
import type { Role } from '@/shared/api/types';
import { takeForm } from '@/shared/lib/form';
import { createUser } from '../api/settings';
import { roles } from '../model/roles';
import classes from './settings.module.css';

interface Props {
  onClose: () => void;
  onCreated: (user: { username: string; password?: string }) => void;
}

export function NewUserModal({ onClose, onCreated }: Props) {
  const create = useMutation({ mutationFn: createUser, onSuccess: onCreated });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    const text = takeForm(event);
    create.mutate({ username: text('username').trim(), role: text('role') as Role });
  };
  const problem = create.isError ? asProblem(create.error) : null;
  return (
    <Modal opened onClose={onClose} title="Add a user" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput name="username" label="User name" required withAsterisk={false} maxLength={64} autoComplete="off" data-autofocus />
        <NativeSelect name="role" label="Role" data={roles.map(({ value, label, may }) => ({ value, label: `${label}: ${may}` }))} />
        <p className={classes.note}>A first password is drawn and shown once.</p>
        <div role="alert">{problem && <p className={classes.problem}>{[problem.title, problem.detail].filter(Boolean).join('. ')}</p>}</div>
        <Button type="submit" loading={create.isPending}>Add</Button>
      </form>
    </Modal>
  );
}
