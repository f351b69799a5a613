import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import type { Decky } from '@/shared/api/types';

export const kDeckiesPage = 200;

// All of them: the server has no filters for deckies, and a fleet is some thousand at most.
async function fetchAll(signal: AbortSignal): Promise<Decky[]> {
  const all: Decky[] = [];
  let cursor: string | undefined;
  do {
    const page = await ok(api.GET('/deckies', { params: { query: { limit: kDeckiesPage, cursor } }, signal }));
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

export const deckiesQuery = queryOptions({
  queryKey: ['deckies'],
  queryFn: ({ signal }) => fetchAll(signal),
  refetchInterval: 30_000,
});

export function deckyQuery(name: string) {
  return queryOptions({
    queryKey: ['deckies', name],
    queryFn: ({ signal }): Promise<Decky> => ok(api.GET('/deckies/{name}', { params: { path: { name } }, signal })),
    refetchInterval: 30_000,
  });
}
