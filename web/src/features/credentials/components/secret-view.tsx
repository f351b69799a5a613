import { Button } from '@mantine/core';
import IconEye from '@tabler/icons-react/dist/esm/icons/IconEye.mjs';
import IconEyeOff from '@tabler/icons-react/dist/esm/icons/IconEyeOff.mjs';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asProblem } from '@/shared/api/problem';
import { useMay } from '@/shared/api/session';
import { AttackerText } from '@/shared/ui/attacker-text';
import { CopyButton } from '@/shared/ui/copy-button';
import { revealSecret } from '../api/credentials';
import classes from './secret-view.module.css';

export const kShownMs = 60_000; // After that it is masked again: a screen may be left alone.

// The secret, masked until somebody with the role asks; that they asked is in the audit log.
export function SecretView({ uuid, masked }: { uuid: string; masked: string }) {
  const may = useMay('analyst');
  const reveal = useMutation({ mutationFn: () => revealSecret(uuid) });
  const { data: secret, reset } = reveal;
  useEffect(() => {
    if (!secret) return;
    const timer = setTimeout(reset, kShownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [secret, reset]);

  return (
    <>
      <div className={classes.row}>
        <code className={classes.secret} data-secret={secret ? 'shown' : 'masked'}>
          <AttackerText text={secret?.secret ?? masked} mono wrap />
        </code>
        {secret && <CopyButton text={secret.secret} label="Copy the secret" />}
        <Button
          variant="default"
          disabled={!may}
          loading={reveal.isPending}
          leftSection={secret ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
          onClick={() => {
            if (secret) reset();
            else reveal.mutate();
          }}
        >
          {secret ? 'Hide' : 'Reveal'}
        </Button>
      </div>
      <p className={classes.note}>{may ? 'Revealing is written to the audit log.' : 'Revealing needs the role analyst.'}</p>
      <div role="alert">{reveal.isError && <p className={classes.problem}>{asProblem(reveal.error).title}</p>}</div>
      {secret?.crack_line && (
        <div className={classes.row}>
          <code className={classes.secret}>
            <AttackerText text={secret.crack_line} mono wrap />
          </code>
          <CopyButton text={secret.crack_line} label="Copy the line for the cracker" />
        </div>
      )}
    </>
  );
}
