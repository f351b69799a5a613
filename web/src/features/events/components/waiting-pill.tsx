import { count } from '@/shared/format/number';
import classes from './feed-page.module.css';

export function WaitingPill({ count: waiting, onShow }: { count: number; onShow: () => void }) {
  if (waiting === 0) return null;
  return (
    <button type="button" className={classes.waiting} onClick={onShow}>
      {count(waiting)} new
    </button>
  );
}
