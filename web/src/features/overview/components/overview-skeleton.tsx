import { Skeleton } from '@mantine/core';
import { useDelayed } from '@/shared/hooks/use-delayed';
import classes from './overview.module.css';

export function OverviewSkeleton() {
  const show = useDelayed(true);
  return (
    <div role="status" aria-label="Loading the overview" data-state="loading" style={{ display: 'grid', gap: 14 }}>
      {show && (
        <>
          <Skeleton height={94} />
          <div className={classes.columns}>
            <Skeleton height={240} />
            <Skeleton height={240} />
          </div>
          <div className={classes.columns}>
            <Skeleton height={300} />
            <Skeleton height={300} />
          </div>
        </>
      )}
    </div>
  );
}
