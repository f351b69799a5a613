import { Button } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Token } from '@/shared/api/types';
import { toast } from '@/shared/lib/toast';
import { QueryView } from '@/shared/ui/query-view';
import { Empty } from '@/shared/ui/states';
import { TimeText } from '@/shared/ui/time-text';
import { deleteToken, tokensQuery } from '../api/settings';
import { ConfirmModal } from './confirm-modal';
import { NewTokenModal } from './new-token-modal';
import { OnceModal } from './once-modal';
import classes from './settings.module.css';

type Dialog = { kind: 'new' } | { kind: 'once'; name: string; token: string } | { kind: 'delete'; token: Token };

export function TokensTab() {
  const client = useQueryClient();
  const query = useQuery(tokensQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = (): void => { setDialog(null); };
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const revoke = useMutation({
    mutationFn: (token: Token) => deleteToken(token.uuid),
    onSuccess: async (_done, token) => {
      toast(`${token.name} is revoked`);
      close();
      await again();
    },
  });
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => { setDialog({ kind: 'new' }); }}>
          Make a token
        </Button>
        <p className={classes.note}>For programs: they send it as <code>Authorization: Bearer dnt_…</code></p>
      </div>
      <QueryView query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <Empty title="No tokens" hint="A token lets a program read the API without a user's password." />
          ) : (
            <TokenTable tokens={tokens} onRevoke={(token) => { setDialog({ kind: 'delete', token }); }} />
          )
        }
      </QueryView>
      {dialog?.kind === 'new' && (
        <NewTokenModal
          onClose={close}
          onCreated={({ name, token }) => {
            void again();
            setDialog({ kind: 'once', name, token });
          }}
        />
      )}
      {dialog?.kind === 'once' && <OnceModal title={`Token ${dialog.name}`} note="It is shown once. Keep it where the program finds it." secret={dialog.token} onClose={close} />}
      {dialog?.kind === 'delete' && (
        <ConfirmModal title="Revoke the token" confirm="Revoke" busy={revoke.isPending} error={revoke.error} onConfirm={() => { revoke.mutate(dialog.token); }} onClose={close}>
          Programs that use {dialog.token.name} are refused from now on.
        </ConfirmModal>
      )}
    </>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly Token[]; onRevoke: (token: Token) => void }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls sideways in a narrow window, by keys too
    <div className={classes.card} tabIndex={0} role="region" aria-label="API tokens">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Begins with</th>
            <th scope="col">Role</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">Made</th>
            <th scope="col">Actions</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.uuid} data-token={token.name}>
              <td>{token.name}</td>
              <td><code>{token.prefix}</code></td>
              <td>{token.role}</td>
              <td><TimeText at={token.last_used_at} /></td>
              <td><TimeText at={token.expires_at} /></td>
              <td><TimeText at={token.created_at} /></td>
              <td>
                <Button variant="default" size="compact-xs" aria-label={`Revoke ${token.name}`} onClick={() => { onRevoke(token); }}>Revoke</Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
