import { describe, expect, it, vi } from 'vitest';
import { exclusionsOf, withOnly, withoutValue, type FilterField } from './filters';
import { formatOpen, pagePath, parseOpen } from './links';
import { setPreference } from './preferences';
import { formatSearchText, parseSearchText } from './search-text';
import { handleKey, register } from './shortcuts';
import { parseRange, spanOf } from './time-range';

const decky: FilterField = { field: 'decky', name: 'Decky', many: true };

describe('filters in the URL', () => {
  it('survive being written and read', () => {
    const values = { q: 'a b&c', decky: ['web-1', 'db 2'], not: ['ip:2001:db8::1'] };
    expect(parseSearchText(formatSearchText(values))).toEqual({ ...values, not: 'ip:2001:db8::1' });
  });

  it('filter for and out, one undoing the other', () => {
    const out = withoutValue(withOnly({}, decky, 'web-1'), decky, 'web-1');
    expect(exclusionsOf(out)).toEqual([{ field: 'decky', value: 'web-1' }]);
    expect(out.decky).toBeUndefined();
    expect(withOnly(out, decky, 'web-1')).toEqual({ decky: ['web-1'], not: undefined });
  });
});

describe('links', () => {
  it('open details and refuse what is none', () => {
    expect(parseOpen(formatOpen({ kind: 'decky', id: 'a:b' }))).toEqual({ kind: 'decky', id: 'a:b' });
    expect([parseOpen('nonsense'), parseOpen('attacker:'), parseOpen(7)]).toEqual([null, null, null]);
  });

  it('lead from search results to pages', () => {
    const uuid = '01970003-0000-7000-8000-000000000001';
    expect([pagePath('/deckies/web-1'), pagePath(`/attackers/x?tab=sessions&session=${uuid}`), pagePath(`/files/${'a'.repeat(64)}`), pagePath('/feed/7')]).toEqual([
      '/fleet/web-1', `/sessions/${uuid}`, `/feed?q=${'a'.repeat(64)}`, '/feed/7',
    ]);
  });
});

describe('the time range', () => {
  it('counts presets back from now and leaves fixed ones alone', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(spanOf({ range: '1h' }, now)).toEqual({ since: '2026-11-23T11:00:00.000Z' });
    expect(spanOf({ range: 'all' }, now)).toEqual({});
    expect(spanOf(parseRange({ range: '1h', since: '2026-01-01T00:00:00Z' }))).toEqual({ since: '2026-01-01T00:00:00.000Z' });
    expect(parseRange({ range: 'sometimes', since: 'never' })).toEqual({});
  });
});

describe('shortcuts', () => {
  const press = (key: string, init: KeyboardEventInit = {}, target: Element = document.body) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    Object.defineProperty(event, 'target', { value: target });
    handleKey(event);
  };

  it('run single keys and sequences, but not inside inputs or while composing', () => {
    const run = vi.fn();
    const go = vi.fn();
    const stop = register([{ keys: 'j', label: '', group: 'Lists', run }, { keys: 'g o', label: '', group: 'Go to', run: go }]);
    press('j');
    press('g');
    press('o');
    press('o');
    press('j', {}, document.createElement('input'));
    press('j', { isComposing: true });
    press('j', { ctrlKey: true });
    stop();
    press('j');
    expect([run.mock.calls.length, go.mock.calls.length]).toEqual([1, 1]);
  });

  it('can be switched off where they are a single key', () => {
    const [single, combined] = [vi.fn(), vi.fn()];
    const stop = register([{ keys: 'p', label: '', group: 'Live feed', run: single }, { keys: 'mod+k', label: '', group: 'Anywhere', run: combined }]);
    setPreference('singleKeys', false);
    press('p');
    press('k', { ctrlKey: true });
    setPreference('singleKeys', true);
    stop();
    expect([single.mock.calls.length, combined.mock.calls.length]).toEqual([0, 1]);
  });
});
