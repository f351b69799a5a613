import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { makeQueryClient } from './query-client';
import { makeRouter, type AppRouter } from './router';
import { resolveVariables, theme } from './theme/theme';

// The same key as public/theme.js reads.
const schemes = localStorageColorSchemeManager({ key: 'decnet.scheme' });

export function App({ router: given }: { router?: AppRouter }) {
  const [router] = useState(() => given ?? makeRouter(makeQueryClient()));
  return (
    <QueryClientProvider client={router.options.context.queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes} cssVariablesResolver={resolveVariables}>
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  );
}
