import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { asProblem } from '@/shared/api/problem';
import type { StartAllResponse } from '@/shared/api/types';
import { takeForm } from '@/shared/lib/form';
import { toast } from '@/shared/lib/toast';
import { askWorker, startAll, type WorkerAction } from '../api/system';
import classes from './system.module.css';

export type DialogAction = WorkerAction | 'start-all';

interface Props {
  action: DialogAction;
  worker: string;
  onClose: () => void;
  onDone: () => void;
}

const kReasonMax = 200;

function wording(action: DialogAction, worker: string): { title: string; note: string; button: string } {
  switch (action) {
    case 'stop':
      return { title: `Stop ${worker}`, note: 'What it does waits until it is started again. Nothing that was recorded is lost, and no other worker stops.', button: 'Stop' };
    case 'start':
      return { title: `Start ${worker}`, note: 'It goes on where it was.', button: 'Start' };
    case 'start-all':
      return { title: 'Start all workers', note: 'The bus first, then whatever does not run. One that fails does not hold the others up.', button: 'Start all' };
  }
}

// Asks for the reason, which goes into the audit log, and says what came of it.
export function WorkerDialog({ action, worker, onClose, onDone }: Props) {
  const { title, note, button } = wording(action, worker);
  const ask = useMutation({
    mutationFn: async (reason: string): Promise<StartAllResponse | null> => {
      if (action === 'start-all') return startAll(reason);
      await askWorker(action, worker, reason);
      return null;
    },
    onSuccess: (all) => {
      onDone();
      if (all && all.failed.length > 0) return; // It stays open and says which.
      toast(action === 'stop' ? `${worker} was told to stop` : all ? `${String(all.started.length)} started, ${String(all.already_running.length)} were running` : `${worker} starts`);
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    ask.mutate(takeForm(event)('reason').trim());
  };
  const problem = ask.isError ? asProblem(ask.error) : null;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form className={classes.form} onSubmit={submit}>
        <p className={classes.note}>{note}</p>
        <TextInput name="reason" label="Reason" description="It goes into the audit log." maxLength={kReasonMax} autoComplete="off" data-autofocus />
        <div role="alert">
          {problem && <p className={classes.problem}>{[problem.title, problem.detail].filter(Boolean).join('. ')}</p>}
          {ask.data?.failed.map(({ name, reason }) => (
            <p key={name} className={classes.problem}>{name}: {reason}</p>
          ))}
        </div>
        <div className={classes.buttons}>
          <Button type="submit" color={action === 'stop' ? 'red' : undefined} loading={ask.isPending}>{button}</Button>
          <Button variant="default" onClick={onClose}>{ask.data ? 'Close' : 'Cancel'}</Button>
        </div>
      </form>
    </Modal>
  );
}
