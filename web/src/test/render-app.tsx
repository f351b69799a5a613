// The whole dashboard at a path, as a browser would open it.
import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { App } from '@/app/app';
import { makeQueryClient } from '@/app/query-client';
import { makeRouter } from '@/app/router';

export function renderApp(path: string) {
  const client = makeQueryClient();
  // Tests see failures at once; what is retried has a test of its own.
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const router = makeRouter(client, createMemoryHistory({ initialEntries: [path] }));
  return { router, client, ...render(<App router={router} />) };
}
