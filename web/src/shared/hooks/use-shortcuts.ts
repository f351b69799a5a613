import { useEffect, useEffectEvent } from 'react';
import { register, type Shortcut } from '@/shared/lib/shortcuts';

// Registers shortcuts while the component is mounted. The list may be built anew on every render; its keys decide.
export function useShortcuts(list: readonly Shortcut[], enabled = true): void {
  const run = useEffectEvent((keys: string) => {
    list.find((shortcut) => shortcut.keys === keys)?.run();
  });
  const signature = JSON.stringify(list.map(({ keys, label, group }) => ({ keys, label, group })));
  useEffect(() => {
    if (!enabled) return;
    const parsed = JSON.parse(signature) as Omit<Shortcut, 'run'>[];
    return register(
      parsed.map((shortcut) => ({
        ...shortcut,
        run: () => {
          run(shortcut.keys);
        },
      })),
    );
  }, [signature, enabled]);
}
