import { ActionIcon, Kbd } from '@mantine/core';
import IconMenu2 from '@tabler/icons-react/dist/esm/icons/IconMenu2.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { openPalette } from './global-keys';
import { RangePicker } from './range-picker';
import { StreamChip } from './stream-chip';
import { ThemeSwitch } from './theme-switch';
import classes from './top-bar.module.css';
import { UserMenu } from './user-menu';

const isMac = /mac/i.test(navigator.userAgent);

export function TopBar({ onMenu }: { onMenu: () => void }) {
  return (
    <header className={classes.bar}>
      <ActionIcon className={classes.burger} aria-label="Navigation" onClick={onMenu}>
        <IconMenu2 size={18} />
      </ActionIcon>
      <button type="button" className={classes.search} onClick={openPalette} aria-label="Search and commands">
        <IconSearch size={15} aria-hidden />
        <span className={classes.searchText}>Search address, name, hash…</span>
        <Kbd className={classes.searchKey} aria-hidden>
          {isMac ? '⌘ K' : 'Ctrl K'}
        </Kbd>
      </button>
      <div className={classes.right}>
        <RangePicker />
        <StreamChip />
        <div className={classes.wideOnly}>
          <ThemeSwitch />
        </div>
        <UserMenu />
      </div>
    </header>
  );
}
