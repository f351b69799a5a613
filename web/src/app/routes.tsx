import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect, retainSearchParams } from '@tanstack/react-router';
import { parseAttackersSearch } from '@/features/attackers/model/search';
import { parseCredentialsSearch } from '@/features/credentials/model/search';
import { parseEventsSearch } from '@/features/events/model/search';
import { parseFleetSearch } from '@/features/fleet/model/search';
import { parseMomentSearch, parseSessionsSearch } from '@/features/sessions/model/search';
import { parseAuditSearch } from '@/features/settings/model/search';
import { parseWorkersSearch } from '@/features/system/model/search';
import { formatOpen, parseOpen } from '@/shared/lib/links';
import { defined, readText } from '@/shared/lib/search-text';
import { parseRange } from '@/shared/lib/time-range';
import { needSession, needUsable } from './guards';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()();

const nextSearch = (search: Record<string, unknown>) => defined({ next: readText(search.next, 2000) });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: nextSearch,
  component: lazyRouteComponent(() => import('@/features/auth/components/login-page'), 'LoginPage'),
});

const passwordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password',
  validateSearch: nextSearch,
  beforeLoad: ({ context, location }) => needSession(context.queryClient, location.href),
  component: lazyRouteComponent(() => import('@/features/auth/components/first-password-page'), 'FirstPasswordPage'),
});

// Everything behind the login: the frame, the time range and the drawer.
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  validateSearch: (search: Record<string, unknown>) => {
    const detail = parseOpen(search.open);
    return defined({ ...parseRange(search), open: detail ? formatOpen(detail) : undefined });
  },
  search: { middlewares: [retainSearchParams(['range', 'since', 'until'])] },
  beforeLoad: ({ context, location }) => needUsable(context.queryClient, location.href),
  component: lazyRouteComponent(() => import('./shell/shell'), 'Shell'),
});

const overviewRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/overview/components/overview-page'), 'OverviewPage'),
});

const eventsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/feed',
  validateSearch: parseEventsSearch,
  component: lazyRouteComponent(() => import('@/features/events/components/feed-page'), 'FeedPage'),
});

const eventRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/feed/$seq',
  component: lazyRouteComponent(() => import('@/features/events/components/event-page'), 'EventPage'),
});

const attackersRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/attackers',
  validateSearch: parseAttackersSearch,
  component: lazyRouteComponent(() => import('@/features/attackers/components/attackers-page'), 'AttackersPage'),
});

const attackerRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/attackers/$uuid',
  component: lazyRouteComponent(() => import('@/features/attackers/components/attacker-page'), 'AttackerPage'),
});

const sessionsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/sessions',
  validateSearch: parseSessionsSearch,
  component: lazyRouteComponent(() => import('@/features/sessions/components/sessions-page'), 'SessionsPage'),
});

const sessionRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/sessions/$uuid',
  validateSearch: parseMomentSearch,
  component: lazyRouteComponent(() => import('@/features/sessions/components/session-page'), 'SessionPage'),
});

const credentialsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/credentials',
  validateSearch: parseCredentialsSearch,
  component: lazyRouteComponent(() => import('@/features/credentials/components/credentials-page'), 'CredentialsPage'),
});

const credentialRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/credentials/$uuid',
  component: lazyRouteComponent(() => import('@/features/credentials/components/credential-page'), 'CredentialPage'),
});

const fleetRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/fleet',
  validateSearch: parseFleetSearch,
  component: lazyRouteComponent(() => import('@/features/fleet/components/fleet-page'), 'FleetPage'),
});

const deckyRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/fleet/$name',
  component: lazyRouteComponent(() => import('@/features/fleet/components/decky-page'), 'DeckyPage'),
});

const workersRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/workers',
  validateSearch: parseWorkersSearch,
  component: lazyRouteComponent(() => import('@/features/system/components/workers-page'), 'WorkersPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/features/settings/components/settings-page'), 'SettingsPage'),
});

const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile', replace: true });
  },
});

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('@/features/settings/components/profile-tab'), 'ProfileTab'),
});

const usersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/users',
  component: lazyRouteComponent(() => import('@/features/settings/components/users-tab'), 'UsersTab'),
});

const tokensRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/tokens',
  component: lazyRouteComponent(() => import('@/features/settings/components/tokens-tab'), 'TokensTab'),
});

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('@/features/settings/components/audit-tab'), 'AuditTab'),
});

export const routeTree = rootRoute.addChildren([
  loginRoute,
  passwordRoute,
  appRoute.addChildren([
    overviewRoute, eventsRoute, eventRoute, attackersRoute, attackerRoute, sessionsRoute, sessionRoute, credentialsRoute, credentialRoute, fleetRoute, deckyRoute,
    workersRoute, settingsRoute.addChildren([settingsIndexRoute, profileRoute, usersRoute, tokensRoute, auditRoute]),
  ]),
]);
