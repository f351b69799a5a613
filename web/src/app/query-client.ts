import { QueryClient } from '@tanstack/react-query';
import { asProblem } from '@/shared/api/problem';

const kRetries = 2;

// A refused request stays refused; one without an answer, or answered by a server in trouble, is tried again.
export function worthRetrying(failures: number, error: unknown): boolean {
  const { status } = asProblem(error);
  return failures < kRetries && (status === 0 || status === 502 || status === 503 || status === 504);
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, gcTime: 5 * 60_000, retry: worthRetrying, retryDelay: (attempt) => 400 * 2 ** attempt, networkMode: 'always' },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
