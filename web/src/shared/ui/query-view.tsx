import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './states';

interface Props<T> {
  query: UseQueryResult<T>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

// Loading, failed, or the data. Data that is there stays, even when asking again failed: the caller then says "as of".
export function QueryView<T>({ query, loading, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return loading ?? <Loading />;
}

// When the data was read, if it is older than it should be: the last attempt failed.
export function staleSince(query: Pick<UseQueryResult, 'data' | 'isError' | 'isRefetchError' | 'failureCount' | 'dataUpdatedAt'>): number | null {
  return query.data !== undefined && (query.isRefetchError || query.isError || query.failureCount > 0) ? query.dataUpdatedAt : null;
}
