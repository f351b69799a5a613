import { lazy, Suspense, useEffect, useState } from 'react';
import { useGo } from '@/shared/hooks/use-go';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { ExternalStore } from '@/shared/lib/external-store';
import { handleKey, type Shortcut } from '@/shared/lib/shortcuts';
import { presets } from '@/shared/lib/time-range';
import { navGroups } from './nav-items';

const CommandPalette = lazy(() => import('./command-palette'));
const CheatSheet = lazy(() => import('./cheat-sheet'));

type Overlay = 'palette' | 'keys' | null;
const overlay = new ExternalStore<Overlay>(null);

export function openPalette(): void {
  overlay.set('palette');
}

export function openCheatSheet(): void {
  overlay.set('keys');
}

// The shortcuts that work on every page, and what they open.
export function GlobalKeys() {
  const go = useGo();
  const { setRange } = useTimeRange();
  const [shown, setShown] = useState<Overlay>(overlay.get());
  useEffect(() => overlay.subscribe(() => { setShown(overlay.get()); }), []);
  useEffect(() => {
    window.addEventListener('keydown', handleKey);
    return () => {
      window.removeEventListener('keydown', handleKey);
    };
  }, []);

  const list: Shortcut[] = [
    { keys: 'mod+k', label: 'Search and commands', group: 'Anywhere', run: openPalette },
    { keys: '?', label: 'Keyboard shortcuts', group: 'Anywhere', run: openCheatSheet },
    ...navGroups.flatMap(({ items }) =>
      items.map(({ key, label, path }): Shortcut => ({ keys: `g ${key}`, label, group: 'Go to', run: () => { go(path); } })),
    ),
    ...presets.slice(0, 5).map(({ id, word }, index): Shortcut => ({
      keys: `shift+${String(index + 1)}`, label: word, group: 'Time range', run: () => { setRange({ range: id }); },
    })),
  ];
  useShortcuts(list);

  const close = (): void => {
    overlay.set(null);
  };
  return (
    <Suspense>
      {shown === 'palette' && <CommandPalette onClose={close} />}
      {shown === 'keys' && <CheatSheet onClose={close} />}
    </Suspense>
  );
}
