import { describe, expect, it } from 'vitest';
import { bytes, change, compact, plural } from './number';
import { visiblePieces, visibleText } from './text';
import { duration, relativeTime, shortTime } from './time';
import { actionName, actionWord, kindWord } from './words';

describe('attacker text', () => {
  it('names control characters instead of sending them on', () => {
    expect(visibleText('a\u001b[31mb\r\n\u0000')).toBe('a‹ESC›[31mb‹CR›‹LF›‹NUL›');
  });

  it('names characters that turn or hide text', () => {
    expect(visibleText('\u202Etxt.exe\u200B\u2066')).toBe('‹RLO›txt.exe‹ZWSP›‹LRI›');
  });

  it('names every control character of C0 and C1, and half of a surrogate pair', () => {
    for (let code = 0; code < 0xa0; code += 1) {
      const printable = code >= 0x20 && code < 0x7f;
      expect(visiblePieces(String.fromCharCode(code)).pieces[0]?.control).toBe(!printable);
    }
    expect(visibleText('\ud800')).toBe('‹D800›');
  });

  it('leaves other scripts alone and cuts by characters, not halves of them', () => {
    expect(visibleText('пароль 密码 😀')).toBe('пароль 密码 😀');
    expect(visiblePieces('😀😀😀', 2)).toEqual({ pieces: [{ text: '😀😀', control: false }], cut: 1 });
  });
});

describe('numbers', () => {
  it('says how a number changed', () => {
    expect([change(12, 10), change(5, 10), change(3, 0), change(0, 0), change(7, 7), change(5000, 1)]).toEqual(['+20 %', '−50 %', null, null, 'unchanged', '+999+ %']);
  });

  it('writes sizes, short numbers and plurals', () => {
    expect([bytes(0), bytes(1536), bytes(300 * 1024 ** 2), compact(9999), compact(12_345), plural(1, 'event'), plural(1204, 'event')]).toEqual([
      '0 B', '1.5 KiB', '300 MiB', '9,999', '12.3K', '1 event', '1,204 events',
    ]);
  });
});

describe('times', () => {
  it('writes durations with two units at most', () => {
    expect([duration(950), duration(1500), duration(61_000), duration(3_600_000), duration(90_061_000)]).toEqual(['950 ms', '1.5 s', '1 min 1 s', '1 h', '1 d 1 h']);
  });

  it('writes how long ago', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect([relativeTime('2026-11-23T11:59:30Z', now), relativeTime('2026-11-23T12:03:00Z', now), relativeTime('2026-11-23T12:00:00Z', now)]).toEqual(['30 s ago', 'in 3 min', 'now']);
  });
});

describe('words of the wire', () => {
  it('are written in sentence case, acronyms kept', () => {
    expect([kindWord('http_basic'), kindWord('plaintext'), kindWord('ja4'), kindWord('header_order')]).toEqual(['HTTP basic', 'Plaintext', 'JA4', 'Header order']);
    expect([actionWord('login'), actionWord('changePassword')]).toEqual(['Login', 'Change password']);
    expect([actionName('Change password'), actionName('changePassword'), actionName('')]).toEqual(['changePassword', 'changePassword', '']);
  });

  it('a time of another year is short enough for a list', () => {
    expect(shortTime('2025-02-22T10:12:34.000', new Date('2026-11-28T12:00:00'))).toBe('22 Feb 2025 10:12');
    expect(shortTime('2026-02-22T10:12:34.000', new Date('2026-11-28T12:00:00'))).toBe('22 Feb 10:12:34');
  });
});
