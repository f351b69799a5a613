// Keyboard shortcuts: single keys, sequences ("g o") and combinations ("mod+k", "shift+1").
// Not inside inputs, not while a text is composed, not under a modal dialog; single keys can be switched off (WCAG 2.1.4).
import { ExternalStore } from './external-store';
import { preferences } from './preferences';

export type ShortcutGroup = 'Anywhere' | 'Go to' | 'Lists' | 'Live feed' | 'Time range' | 'Details' | 'Replay';

export interface Shortcut {
  keys: string; // As `event.key` has it, lower case; parts of a sequence are separated by a space.
  label: string;
  group: ShortcutGroup;
  run: () => void;
}

const kSequenceMs = 1200;
const editable = 'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="combobox"]';
const ownKeys = '[role="menu"], [role="listbox"], [role="tablist"], [role="radiogroup"]';

// The newest comes first: what lies on top answers first.
export const shortcuts = new ExternalStore<readonly Shortcut[]>([]);

export function register(added: readonly Shortcut[]): () => void {
  shortcuts.set([...added, ...shortcuts.get()]);
  return () => {
    shortcuts.set(shortcuts.get().filter((shortcut) => !added.includes(shortcut)));
  };
}

// The name of what was pressed, as `keys` spells it.
export function pressed(event: KeyboardEvent): string {
  const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
  if (event.shiftKey && digit && !event.ctrlKey && !event.metaKey && !event.altKey) return `shift+${digit}`;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const letter = /^[a-z]$/.test(key);
  const shift = event.shiftKey && (letter || event.key.length > 1) ? 'shift+' : '';
  return `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift}${key}`;
}

export function isSingleKey(keys: string): boolean {
  return !keys.startsWith('mod+') && keys !== 'Escape';
}

function blocked(event: KeyboardEvent, name: string): boolean {
  if (event.defaultPrevented || event.isComposing || event.repeat && name.startsWith('mod+')) return true;
  const target = event.target instanceof Element ? event.target : null;
  const modal = document.querySelector('[aria-modal="true"]') !== null;
  if (name.startsWith('mod+')) return false;
  if (modal) return true;
  if (target?.closest(editable) || target?.closest('[role="menu"], [role="listbox"]')) return true;
  return /^(Arrow|Home|End|Enter| $)/.test(event.key) && target?.closest(`${ownKeys}, button, a[href]`) !== null;
}

let pending = '';
let pendingTimer: ReturnType<typeof setTimeout> | undefined;

function expect(prefix: string): void {
  pending = prefix;
  clearTimeout(pendingTimer);
  if (prefix) {
    pendingTimer = setTimeout(() => {
      pending = '';
    }, kSequenceMs);
  }
}

export function handleKey(event: KeyboardEvent): void {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const name = pressed(event);
  if (blocked(event, name)) {
    expect('');
    return;
  }
  const singleKeys = preferences.get().singleKeys;
  const usable = shortcuts.get().filter(({ keys }) => singleKeys || !isSingleKey(keys));
  const typed = pending ? `${pending} ${name}` : name;
  const match = usable.find(({ keys }) => keys === typed) ?? usable.find(({ keys }) => keys === name);
  if (match) {
    expect('');
    event.preventDefault();
    match.run();
    return;
  }
  expect(usable.some(({ keys }) => keys.startsWith(`${name} `)) ? name : '');
}
