import { Kbd, Modal, Switch } from '@mantine/core';
import { Fragment, useSyncExternalStore } from 'react';
import { usePreferences } from '@/shared/hooks/use-preferences';
import { setPreference } from '@/shared/lib/preferences';
import { shortcuts, type Shortcut } from '@/shared/lib/shortcuts';
import classes from './cheat-sheet.module.css';

const fixed: readonly Omit<Shortcut, 'run'>[] = [
  { keys: 'Escape', label: 'Close what lies on top', group: 'Anywhere' },
  { keys: 'ArrowDown', label: 'Next row, in a list', group: 'Lists' },
  { keys: 'Enter', label: 'Open the row', group: 'Lists' },
  { keys: 'shift+Enter', label: 'Open the row as a page', group: 'Lists' },
];

const names: Record<string, string> = { mod: 'Ctrl', Escape: 'Esc', ArrowDown: '↓', shift: 'Shift' };

export function keyParts(keys: string): string[][] {
  return keys.split(' ').map((step) => step.split('+').map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key)));
}

export default function CheatSheet({ onClose }: { onClose: () => void }) {
  const active = useSyncExternalStore(shortcuts.subscribe, shortcuts.get);
  const { singleKeys } = usePreferences();
  const all = [...active, ...fixed];
  const groups = [...new Set(all.map(({ group }) => group))].map((group) => [group, all.filter((each) => each.group === group)] as const);
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={classes.groups}>
        {groups.map(([group, list]) => (
          <section key={group}>
            <h3 className={classes.group}>{group}</h3>
            <dl className={classes.list}>
              {[...new Map(list.map((shortcut) => [shortcut.keys, shortcut])).values()].map(({ keys, label }) => (
                <Fragment key={keys}>
                  <dt>
                    {keyParts(keys).map((step, index) => (
                      <Fragment key={index}>
                        {index > 0 && ' then '}
                        {step.map((key) => (
                          <Kbd key={key}>{key}</Kbd>
                        ))}
                      </Fragment>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="md"
        label="Shortcuts of a single key"
        checked={singleKeys}
        onChange={({ currentTarget }) => { setPreference('singleKeys', currentTarget.checked); }}
      />
    </Modal>
  );
}
