import { Link } from '@tanstack/react-router';
import { Brand } from '@/shared/ui/brand';
import { navGroups } from './nav-items';
import classes from './nav.module.css';

export function Nav({ onPick }: { onPick?: () => void }) {
  return (
    <nav className={classes.nav} aria-label="Main">
      <Link to="/" className={classes.brand} onClick={onPick} aria-label="decnet, overview">
        <Brand />
      </Link>
      {navGroups.map(({ label, items }) => (
        <div key={label} className={classes.group}>
          <div className={classes.label} id={`nav-${label}`}>
            {label}
          </div>
          <ul aria-labelledby={`nav-${label}`}>
            {items.map(({ label: name, path, icon: Icon }) => (
              <li key={path}>
                <Link to={path} className={classes.item} activeOptions={{ exact: path === '/', includeSearch: false }} onClick={onPick}>
                  <Icon size={17} stroke={1.6} aria-hidden />
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
