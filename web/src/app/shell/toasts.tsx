import { useSyncExternalStore } from 'react';
import { toasts } from '@/shared/lib/toast';
import classes from './toasts.module.css';

export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <div role="status" className={classes.stack}>
      {shown.map(({ id, text }) => (
        <div key={id} className={classes.toast}>
          {text}
        </div>
      ))}
    </div>
  );
}
