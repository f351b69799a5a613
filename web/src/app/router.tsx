import type { QueryClient } from '@tanstack/react-query';
import { createRouter, type RouterHistory } from '@tanstack/react-router';
import { setSignedOutHandler } from '@/shared/api/client';
import { sessionQuery } from '@/shared/api/session';
import { formatSearchText, parseSearchText } from '@/shared/lib/search-text';
import { stream } from '@/shared/stream/stream';
import { NotFound, RouteFailure, RoutePending } from './route-states';
import { routeTree } from './routes';

export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  const router = createRouter({
    routeTree,
    ...(history ? { history } : {}),
    context: { queryClient },
    parseSearch: parseSearchText,
    stringifySearch: formatSearchText,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingMinMs: 0,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: RoutePending,
    scrollRestoration: false,
  });
  // The session ended while a page was open: sign in, then come back to it.
  setSignedOutHandler(() => {
    if (queryClient.getQueryData(sessionQuery.queryKey) === null) return;
    queryClient.setQueryData(sessionQuery.queryKey, null);
    stream.stop();
    void router.invalidate();
  });
  return router;
}

export type AppRouter = ReturnType<typeof makeRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
