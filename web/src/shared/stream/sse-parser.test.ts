import { describe, expect, it } from 'vitest';
import { SseParser, type SseFrame } from './sse-parser';

function parse(...pieces: string[]): { frames: SseFrame[]; retries: number[] } {
  const frames: SseFrame[] = [];
  const retries: number[] = [];
  const parser = new SseParser((frame) => frames.push(frame), (ms) => retries.push(ms));
  for (const piece of pieces) parser.push(piece);
  return { frames, retries };
}

describe('SseParser', () => {
  it('reads id, event and data', () => {
    expect(parse('id: 7\nevent: event\ndata: {"a":1}\n\n').frames).toEqual([{ id: '7', event: 'event', data: '{"a":1}' }]);
  });

  it('gives the same frames however the bytes are cut, with every kind of line end', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      const text = ['id: 1', 'data: one', '', ': ping', '', 'id: 2', 'event: change', 'data: two', 'data: lines', '', ''].join(end) + (end === '\r' ? ': more' : '');
      const whole = parse(text).frames;
      expect(whole).toEqual([{ id: '1', event: 'message', data: 'one' }, { id: '2', event: 'change', data: 'two\nlines' }]);
      for (let cut = 1; cut < text.length; cut += 1) expect(parse(text.slice(0, cut), text.slice(cut)).frames).toEqual(whole);
    }
  });

  it('takes the time to wait, and nothing that is no number', () => {
    expect(parse('retry: 2500\n\nretry: soon\n\n').retries).toEqual([2500]);
  });

  it('ignores an id with a NUL and a frame without data', () => {
    expect(parse('id: a\0b\ndata: x\n\nid: 5\n\n').frames).toEqual([{ id: null, event: 'message', data: 'x' }]);
  });

  it('refuses a line without an end', () => {
    expect(() => parse('data: ' + 'x'.repeat(4 * 1024 * 1024))).toThrow('too long');
  });
});
