import { Button } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '@/shared/api/session';
import type { User } from '@/shared/api/types';
import { toast } from '@/shared/lib/toast';
import { QueryView } from '@/shared/ui/query-view';
import { Forbidden } from '@/shared/ui/states';
import { deleteUser, resetPassword, usersQuery } from '../api/settings';
import { ConfirmModal } from './confirm-modal';
import { NewUserModal } from './new-user-modal';
import { OnceModal } from './once-modal';
import classes from './settings.module.css';
import { UserRow } from './user-row';

type Dialog = { kind: 'new' } | { kind: 'once'; username: string; password: string } | { kind: 'delete'; user: User } | { kind: 'reset'; user: User };

export function UsersTab() {
  const may = useMay('admin');
  return may ? <Users /> : <Forbidden need="admin" />;
}

function Users() {
  const client = useQueryClient();
  const query = useQuery(usersQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = (): void => { setDialog(null); };
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: usersQuery.queryKey });
  const remove = useMutation({
    mutationFn: (user: User) => deleteUser(user.uuid),
    onSuccess: async (_done, user) => {
      toast(`${user.username} is removed`);
      close();
      await again();
    },
  });
  const reset = useMutation({
    mutationFn: (user: User) => resetPassword(user.uuid),
    onSuccess: async ({ password }, user) => {
      setDialog({ kind: 'once', username: user.username, password });
      await again();
    },
  });
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => { setDialog({ kind: 'new' }); }}>
          Add a user
        </Button>
      </div>
      <QueryView query={query}>
        {(users) => (
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls sideways in a narrow window, by keys too
          <div className={classes.card} tabIndex={0} role="region" aria-label="Users">
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">User</th>
                  <th scope="col">Role</th>
                  <th scope="col">State</th>
                  <th scope="col">Last login</th>
                  <th scope="col">Since</th>
                  <th scope="col">Actions</th>
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <UserRow
                    key={user.uuid}
                    user={user}
                    onChanged={() => void again()}
                    onReset={() => { setDialog({ kind: 'reset', user }); }}
                    onDelete={() => { setDialog({ kind: 'delete', user }); }}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </QueryView>
      {dialog?.kind === 'new' && (
        <NewUserModal
          onClose={close}
          onCreated={({ username, password }) => {
            void again();
            if (password) setDialog({ kind: 'once', username, password });
            else close();
          }}
        />
      )}
      {dialog?.kind === 'once' && (
        <OnceModal title={`Password of ${dialog.username}`} note="It is shown once and must be changed at the next login." secret={dialog.password} onClose={close} />
      )}
      {dialog?.kind === 'reset' && (
        <ConfirmModal title="Reset the password" confirm="Reset" busy={reset.isPending} error={reset.error} onConfirm={() => { reset.mutate(dialog.user); }} onClose={close}>
          {dialog.user.username} is signed out everywhere and gets a new first password.
        </ConfirmModal>
      )}
      {dialog?.kind === 'delete' && (
        <ConfirmModal title="Remove the user" confirm="Remove" busy={remove.isPending} error={remove.error} onConfirm={() => { remove.mutate(dialog.user); }} onClose={close}>
          {dialog.user.username} is signed out everywhere and loses all tokens. The audit log keeps the name.
        </ConfirmModal>
      )}
    </>
  );
}
