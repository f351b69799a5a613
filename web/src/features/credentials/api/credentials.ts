import { queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { api, ok } from '@/shared/api/client';
import { kPageRows, type Page, type PageRequest } from '@/shared/api/paging';
import { asProblem } from '@/shared/api/problem';
import type { Credential, CredentialTop, Secret } from '@/shared/api/types';
import type { CredentialsSearch } from '../model/search';

export function fetchCredentials(search: CredentialsSearch, { cursor, signal }: PageRequest): Promise<Page<Credential>> {
  const { q, attacker, decky, service, secret_kind, principal, accepted, sort = '-last_seen' } = search;
  const query = {
    q, attacker_uuid: attacker, decky, service, secret_kind, principal, sort, cursor, limit: kPageRows,
    accepted: accepted === undefined ? undefined : accepted === 'true',
    count: cursor === undefined ? ('exact' as const) : undefined,
  };
  return ok(api.GET('/credentials', { params: { query }, signal }));
}

export const topQuery = queryOptions({
  queryKey: ['credentials-top'],
  queryFn: ({ signal }): Promise<CredentialTop> => ok(api.GET('/credentials/top', { signal })),
  refetchInterval: 30_000,
});

export function revealSecret(uuid: string): Promise<Secret> {
  return ok(api.GET('/credentials/{uuid}/secret', { params: { path: { uuid } } }));
}

function listed(client: QueryClient, uuid: string): Credential | undefined {
  const lists = client.getQueriesData<InfiniteData<Page<Credential>>>({
    predicate: ({ queryKey }) => queryKey[0] === 'credentials' || (queryKey[0] === 'attacker' && queryKey[2] === 'credentials'),
  });
  for (const [, data] of lists) {
    const found = data?.pages.flatMap((page) => page.data).find((credential) => credential.uuid === uuid);
    if (found) return found;
  }
  return undefined;
}

export function credentialQuery(client: QueryClient, uuid: string) {
  return queryOptions<Credential>({
    queryKey: ['credential', uuid],
    queryFn: async ({ signal }): Promise<Credential> => {
      try {
        return await ok(api.GET('/credentials/{uuid}', { params: { path: { uuid } }, signal }));
      } catch (error) {
        const known = asProblem(error).status === 404 ? listed(client, uuid) : undefined;
        if (known) return known;
        throw error;
      }
    },
    placeholderData: (): Credential | undefined => listed(client, uuid),
  });
}
