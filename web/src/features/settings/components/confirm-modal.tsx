import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { asProblem } from '@/shared/api/problem';
import classes from './settings.module.css';

interface Props {
  title: string;
  children: ReactNode;
  confirm: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

// Asks before something that cannot be undone.
export function ConfirmModal({ title, children, confirm, busy, error, onConfirm, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={classes.form}>
        <p className={classes.note}>{children}</p>
        <div role="alert">{error ? <p className={classes.problem}>{asProblem(error).title}</p> : null}</div>
        <div className={classes.bar}>
          <Button color="red" loading={busy} onClick={onConfirm}>{confirm}</Button>
          <Button variant="default" onClick={onClose}>Cancel</Button>
        </div>
      </div>
    </Modal>
  );
}
