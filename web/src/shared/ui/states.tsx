import { Button, Skeleton } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconPlugConnectedX from '@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs';
import type { ReactNode } from 'react';
import { asProblem } from '@/shared/api/problem';
import { clockTime } from '@/shared/format/time';
import { capital } from '@/shared/format/words';
import { useDelayed } from '@/shared/hooks/use-delayed';
import classes from './states.module.css';

// The states that every view has. A view shows exactly one of them, or its content.

export function Loading({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  const show = useDelayed(true);
  return (
    <div className={classes.loading} role="status" aria-label={label} data-state="loading">
      {show && Array.from({ length: rows }, (_, index) => <Skeleton key={index} height={14} radius="sm" width={`${String(92 - ((index * 17) % 45))}%`} />)}
    </div>
  );
}

export function Empty({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.state} data-state="empty">
      <p className={classes.title}>{title}</p>
      {hint !== undefined && <div className={classes.hint}>{hint}</div>}
      {action}
    </div>
  );
}

// Nothing matches because of filters, which is not the same as nothing being there.
export function EmptyByFilter({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <div data-state="empty-filter">
      <Empty
        title={`No ${what} match the filters`}
        action={
          <Button variant="default" onClick={onClear}>
            Clear filters
          </Button>
        }
      />
    </div>
  );
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  if (problem.status === 403) return <Forbidden detail={problem.detail} />;
  const Icon = problem.unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div className={classes.state} role="alert" data-state="error">
      <Icon size={22} stroke={1.6} className={classes.bad} aria-hidden />
      <p className={classes.title}>{problem.title}</p>
      {problem.detail && <p className={classes.hint}>{problem.detail}</p>}
      {problem.requestId && (
        <p className={classes.trace}>
          Request <code>{problem.requestId}</code>
        </p>
      )}
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function Forbidden({ need, detail }: { need?: string; detail?: string }) {
  return (
    <div className={classes.state} data-state="forbidden">
      <IconLock size={22} stroke={1.6} aria-hidden />
      <p className={classes.title}>{need ? `This needs the role ${need}` : 'You may not see this'}</p>
      <p className={classes.hint}>{detail ? capital(detail) : 'An administrator can give you the role in Settings, Users.'}</p>
    </div>
  );
}

// Grey "as of 14:02:11": what is shown is older than it should be.
export function StaleNote({ at }: { at: number }) {
  return (
    <span className={classes.stale} data-state="stale">
      as of {clockTime(at)}
    </span>
  );
}
