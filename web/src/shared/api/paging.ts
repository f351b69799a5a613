// Lists of any length: pages by keyset cursor, kept by TanStack Query, flattened for a virtual list.
import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo } from 'react';
import type { TimeSpan } from '@/shared/lib/time-range';
import { stream } from '@/shared/stream/stream';

export const kPageRows = 100;

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  total?: number;
}

// What a page is asked with. The span is fixed with the first page: a cursor belongs to its filters.
export interface PageRequest {
  cursor: string | undefined;
  span: TimeSpan;
  signal: AbortSignal;
}

export interface RowsQuery<T> {
  rows: T[];
  total: number | undefined;
  hasMore: boolean;
  fetchMore: () => void;
  refresh: () => void; // From the first page on: asking for every loaded page again could be a thousand requests.
  query: UseInfiniteQueryResult<InfiniteData<KeptPage<T>>>;
}

interface Position {
  cursor: string | undefined;
  span: TimeSpan;
}

type KeptPage<T> = Page<T> & { span: TimeSpan };

interface Options<T> {
  key: readonly unknown[];
  span?: () => TimeSpan;
  fetch: (request: PageRequest) => Promise<Page<T>>;
  enabled?: boolean;
}

const noRows: never[] = [];

export function useRows<T>({ key, span = () => ({}), fetch, enabled = true }: Options<T>): RowsQuery<T> {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: key,
    enabled,
    placeholderData: keepPreviousData,
    initialPageParam: null as Position | null,
    queryFn: async ({ pageParam, signal }) => {
      const position = pageParam ?? { cursor: undefined, span: span() };
      return { ...(await fetch({ ...position, signal })), span: position.span };
    },
    getNextPageParam: (last): Position | undefined =>
      last.next_cursor === null ? undefined : { cursor: last.next_cursor, span: last.span },
    meta: { rows: true },
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const refresh = (): void => {
    client.setQueryData<InfiniteData<KeptPage<T>, Position | null>>(key, (data) =>
      data ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data,
    );
    void refetch();
  };
  const onSync = useEffectEvent(refresh);
  useEffect(() => stream.onSync(() => { onSync(); }), []);

  const pages = query.data?.pages;
  const rows = useMemo(() => (pages ? pages.flatMap((page) => page.data) : noRows), [pages]);
  return {
    rows,
    total: pages?.[0]?.total,
    hasMore: hasNextPage,
    fetchMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refresh,
    query,
  };
}
