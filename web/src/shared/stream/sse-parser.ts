// Reads a text/event-stream piece by piece, as the HTML standard describes it (section 9.2.6).

export interface SseFrame {
  id: string | null; // null: this frame named none.
  event: string;
  data: string;
}

export const kSseLineCharsMax = 4 * 1024 * 1024;

export class SseParser {
  private rest = '';
  private id: string | null = null;
  private event = '';
  private data: string[] = [];

  private readonly onFrame: (frame: SseFrame) => void;
  private readonly onRetry: (ms: number) => void;

  constructor(onFrame: (frame: SseFrame) => void, onRetry: (ms: number) => void = () => undefined) {
    this.onFrame = onFrame;
    this.onRetry = onRetry;
  }

  push(text: string): void {
    const rest = this.rest + text;
    let start = 0;
    let cr = rest.indexOf('\r');
    for (;;) {
      const lf = rest.indexOf('\n', start);
      if (cr !== -1 && cr < start) cr = rest.indexOf('\r', start);
      const byCr = cr !== -1 && (lf === -1 || cr < lf);
      const end = byCr ? cr : lf;
      // A CR at the very end may be half of a CRLF: it waits for what follows.
      if (end === -1 || (byCr && end === rest.length - 1)) break;
      this.line(rest.slice(start, end));
      start = rest.startsWith('\r\n', end) ? end + 2 : end + 1;
    }
    this.rest = rest.slice(start);
    if (this.rest.length > kSseLineCharsMax) throw new Error('A line of the stream is too long');
  }

  private line(line: string): void {
    if (line === '') {
      this.dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // A comment.
    const field = colon === -1 ? line : line.slice(0, colon);
    let value = colon === -1 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.onRetry(Number(value));
  }

  private dispatch(): void {
    if (this.data.length > 0) this.onFrame({ id: this.id, event: this.event || 'message', data: this.data.join('\n') });
    this.id = null;
    this.event = '';
    this.data = [];
  }
}
