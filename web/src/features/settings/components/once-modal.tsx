import { Button, Modal } from '@mantine/core';
import { CopyButton } from '@/shared/ui/copy-button';
import classes from './settings.module.css';

// A secret that the server says once and never again.
export function OnceModal({ title, note, secret, onClose }: { title: string; note: string; secret: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={title} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={classes.form}>
        <p className={classes.note}>{note}</p>
        <div className={classes.shown} data-once>
          <span style={{ flex: 1 }}>{secret}</span>
          <CopyButton text={secret} label="Copy" />
        </div>
        <Button onClick={onClose}>I have kept it</Button>
      </div>
    </Modal>
  );
}
