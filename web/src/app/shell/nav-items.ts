import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconHeartRateMonitor from '@tabler/icons-react/dist/esm/icons/IconHeartRateMonitor.mjs';
import IconKey from '@tabler/icons-react/dist/esm/icons/IconKey.mjs';
import IconLayoutDashboard from '@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs';
import IconRadar2 from '@tabler/icons-react/dist/esm/icons/IconRadar2.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconTerminal2 from '@tabler/icons-react/dist/esm/icons/IconTerminal2.mjs';
import IconTopologyStar3 from '@tabler/icons-react/dist/esm/icons/IconTopologyStar3.mjs';

export interface NavItem {
  label: string;
  path: '/' | '/feed' | '/attackers' | '/sessions' | '/credentials' | '/fleet' | '/workers' | '/settings';
  icon: typeof IconKey;
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
      { label: 'Live feed', path: '/feed', icon: IconActivity, key: 'f' },
    ],
  },
  {
    label: 'Hunt',
    items: [
      { label: 'Attackers', path: '/attackers', icon: IconRadar2, key: 'a' },
      { label: 'Sessions', path: '/sessions', icon: IconTerminal2, key: 's' },
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
