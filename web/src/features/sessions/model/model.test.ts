import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CastReader, parseEvent, parseHeader, parseSize, shownText, type CastEvent } from './cast';
import { currentIndex, keystrokesOf, markersOf, position, searchMoments, transcriptOf } from './moments';
import { Playback, type Screen } from './playback';
import { momentLink, parseMomentSearch, parseSessionsSearch } from './search';

const header = { columns: 80, rows: 24, timestamp: null, title: '' };
const event = (time: number, code: CastEvent['code'], text: string): CastEvent => ({ time, code, text });

describe('a recording', () => {
  it('is read in pieces that end anywhere', () => {
    const text = '{"version":2,"width":100,"height":30}\n[0.5,"o","a"]\n[1,"i","\\r"]\n[2,"x","?"]\nnonsense\n[3,"m","command id"]';
    for (const size of [1, 7, 1000]) {
      const reader = new CastReader();
      const events: CastEvent[] = [];
      for (let at = 0; at < text.length; at += size) events.push(...reader.read(text.slice(at, at + size)));
      events.push(...reader.end());
      expect(reader.header).toMatchObject({ columns: 100, rows: 30 });
      expect(events).toEqual([event(0.5, 'o', 'a'), event(1, 'i', '\r'), event(3, 'm', 'command id')]);
    }
  });

  it('believes nothing that is not well formed', () => {
    expect(parseHeader('{"width":1e9,"height":-1}')).toMatchObject({ columns: 80, rows: 24 });
    expect(parseHeader('[]')).toBeNull();
    for (const line of ['[]', '{}', '[-1,"o","a"]', '["0","o","a"]', '[1,"o",5]', '[1e999,"o","a"]']) expect(parseEvent(line)).toBeNull();
    expect(parseSize('0x10')).toBeNull();
    expect(parseSize('120x40')).toEqual({ columns: 120, rows: 40 });
    expect(shownText('a\uEFFFb')).toBe('a\uFFFDb');
  });
});

describe('moments', () => {
  it('names the kind of a marker', () => {
    expect(markersOf([event(1, 'm', 'command id; ls'), event(2, 'm', 'truncated')])).toEqual([{ time: 1, kind: 'command', text: 'id; ls' }, { time: 2, kind: 'truncated', text: '' }]);
  });

  it('joins keys to lines, and keeps apart what was not echoed', () => {
    const keys = keystrokesOf([event(1, 'i', 'l'), event(1.1, 'i', 's'), event(1.2, 'i', '\r'), event(2, 's', '1'), event(2, 'i', 'pw\r'), event(9, 'i', 'x'), event(20, 'i', 'y')]);
    expect(keys.map(({ text, hidden }) => [text, hidden])).toEqual([['ls\r', false], ['pw\r', true], ['x', false], ['y', false]]);
  });

  it('reads the transcript without control sequences, also where they were cut', () => {
    const lines = transcriptOf([
      event(1, 'o', '\u001b[1;32mroot\u001b[0m# lx\b'), event(1.5, 'o', 's\r\n\u001b[3'), event(2, 'o', '1mred\u001b]0;a title\u0007 end\r\n'), event(3, 'o', 'last'),
    ]);
    expect(lines).toEqual([{ time: 1, text: 'root# ls', whole: 1.5 }, { time: 2, text: 'red end' }, { time: 3, text: 'last' }]);
    expect(searchMoments(lines, 'RED')).toHaveLength(1);
  });

  it('finds the last one that has come', () => {
    const moments = [{ time: 1, text: '' }, { time: 2, text: '' }, { time: 2, text: '' }, { time: 5, text: '' }];
    expect([0, 1, 2, 4.9, 99].map((time) => currentIndex(moments, time))).toEqual([-1, 0, 2, 2, 3]);
    expect([5, 83.2, 3605].map(position)).toEqual(['0:05', '1:23', '1:00:05']);
  });
});

describe('the URL', () => {
  it('carries filters and moments', () => {
    expect(parseSessionsSearch({ q: 'wget', recorded: 'true', longer: '60', login: 'perhaps', service: 'ssh' })).toEqual({ q: 'wget', recorded: 'true', longer: '60', service: ['ssh'] });
    expect(parseMomentSearch({ t: '83.2', recording: 'x' })).toEqual({ t: '83.2' });
    expect(momentLink('https://d', 'id', 0, 83.24012)).toBe('https://d/sessions/id?t=83.241');
    expect(momentLink('https://d', 'id', 1, 5)).toBe('https://d/sessions/id?recording=1&t=5');
  });
});

describe('playback', () => {
  let now = 0;
  const shown: string[] = [];
  const screen: Screen = {
    reset: (columns, rows) => { shown.push(`reset ${String(columns)}x${String(rows)}`); },
    resize: (columns, rows) => { shown.push(`resize ${String(columns)}x${String(rows)}`); },
    write: (text) => { shown.push(text); },
  };
  const make = (): Playback => {
    const playback = new Playback(header, () => now);
    playback.append([event(0.5, 'o', 'a'), event(1, 'r', '100x30'), event(1, 'o', 'b'), event(60, 'o', 'c')]);
    playback.attach(screen);
    return playback;
  };
  const pass = (ms: number): void => {
    for (let rest = ms; rest > 0; rest -= 40) {
      now += 40;
      vi.advanceTimersByTime(40);
    }
  };
  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    shown.length = 0;
  });
  afterEach(() => { vi.useRealTimers(); });

  it('shows everything up to the moment that is sought, in order', () => {
    const playback = make();
    playback.seek(30);
    playback.seek(0.6);
    expect(shown).toEqual(['reset 80x24', 'a', 'resize 100x30', 'b', 'reset 80x24', 'a']);
    playback.seek(1e9);
    expect(playback.view.get().time).toBe(60);
  });

  it('plays at its speed and skips silence', () => {
    const playback = make();
    playback.setSpeed(2);
    playback.play();
    pass(400);
    expect(playback.view.get().time).toBeCloseTo(0.8, 1);
    pass(200);
    expect(playback.view.get().time).toBeGreaterThan(55);
    pass(2000);
    expect(shown.join('')).toContain('c');
  });

  it('waits for more at the end of a recording that grows, and ends with one that is whole', () => {
    const playback = make();
    playback.seek(59.9);
    playback.play();
    pass(1000);
    expect(playback.view.get()).toMatchObject({ playing: true, ended: false, time: 60 });
    playback.append([event(61, 'o', 'd')]);
    playback.finish();
    pass(2000);
    expect(shown.at(-1)).toBe('d');
    expect(playback.view.get()).toMatchObject({ playing: false, ended: true });
    expect(shown.filter((each) => each.startsWith('reset'))).toHaveLength(1);
    playback.play();
    expect(playback.view.get().time).toBe(0);
  });
});
