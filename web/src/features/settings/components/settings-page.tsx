import { Link, Outlet } from '@tanstack/react-router';
import { useMay } from '@/shared/api/session';
import { Page } from '@/shared/ui/page';
import classes from './settings.module.css';

export function SettingsPage() {
  const mayAdmin = useMay('admin');
  return (
    <Page title="Settings" fill>
      <nav aria-label="Settings" className={classes.tabs}>
        <Link to="/settings/profile" className={classes.tab}>Profile</Link>
        {mayAdmin && <Link to="/settings/users" className={classes.tab}>Users</Link>}
        <Link to="/settings/tokens" className={classes.tab}>API tokens</Link>
        {mayAdmin && <Link to="/settings/audit" className={classes.tab} activeOptions={{ includeSearch: false }}>Audit log</Link>}
      </nav>
      <Outlet />
    </Page>
  );
}
