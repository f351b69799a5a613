// What a person set for this browser. The colour scheme is kept apart (theme.js reads it before the first paint).
import { ExternalStore } from './external-store';

export interface Preferences {
  singleKeys: boolean; // Shortcuts of one key without a modifier (WCAG 2.1.4: they can be switched off).
  relativeTimes: boolean; // Show "2 min ago" with the time in the tooltip, instead of the other way round.
}

const kKey = 'decnet.preferences';
const defaults: Preferences = { singleKeys: true, relativeTimes: false };

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(kKey) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return defaults;
    const known = Object.entries(stored).filter(([key, value]) => key in defaults && typeof value === 'boolean');
    return { ...defaults, ...Object.fromEntries(known) };
  } catch {
    return defaults;
  }
}

export const preferences = new ExternalStore<Preferences>(load());

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  const next = { ...preferences.get(), [key]: value };
  preferences.set(next);
  try {
    localStorage.setItem(kKey, JSON.stringify(next));
  } catch {
    // Storage is off or full: the choice holds until the page is closed.
  }
}
