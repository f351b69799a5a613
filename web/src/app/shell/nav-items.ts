import {
  IconActivity, IconHeartRateMonitor, IconKey, IconLayoutDashboard, IconRadar2, IconSettings, IconTopologyStar3, type Icon,
} from '@tabler/icons-react';

export interface NavItem {
  label: string;
  path: '/' | '/events' | '/attackers' | '/credentials' | '/fleet' | '/workers' | '/settings';
  icon: Icon;
  key: string; // After "g".
}

export interface NavGroup {
  label: string;
  items: readonly NavItem[];
}

export const navGroups: readonly NavGroup[] = [
  {
    label: 'Watch',
    items: [
      { label: 'Overview', path: '/', icon: IconLayoutDashboard, key: 'o' },
      { label: 'Live feed', path: '/events', icon: IconActivity, key: 'f' },
    ],
  },
  {
    label: 'Hunt',
    items: [
      { label: 'Attackers', path: '/attackers', icon: IconRadar2, key: 'a' },
      { label: 'Credentials', path: '/credentials', icon: IconKey, key: 'c' },
    ],
  },
  { label: 'Deceive', items: [{ label: 'Fleet', path: '/fleet', icon: IconTopologyStar3, key: 'd' }] },
  {
    label: 'Run',
    items: [
      { label: 'Workers', path: '/workers', icon: IconHeartRateMonitor, key: 'k' },
      { label: 'Settings', path: '/settings', icon: IconSettings, key: ',' },
    ],
  },
];
