// Events per second over the last minute, for the chip in the top bar and the sparkline of the feed.

const kSeconds = 60;
const kChipSeconds = 5;

export class RateMeter {
  private readonly counts = new Array<number>(kSeconds).fill(0);
  private second = Math.floor(Date.now() / 1000);

  add(count: number, now: number = Date.now()): void {
    this.advance(now);
    const slot = this.second % kSeconds;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  // The mean of the last full seconds.
  perSecond(now: number = Date.now()): number {
    return this.history(now).slice(-kChipSeconds).reduce((sum, count) => sum + count, 0) / kChipSeconds;
  }

  // One count per full second, oldest first.
  history(now: number = Date.now()): number[] {
    this.advance(now);
    return Array.from({ length: kSeconds - 1 }, (_, index) => this.counts[(this.second + 1 + index) % kSeconds] ?? 0);
  }

  private advance(now: number): void {
    const second = Math.floor(now / 1000);
    for (let next = Math.max(this.second + 1, second - kSeconds + 1); next <= second; next += 1) this.counts[next % kSeconds] = 0;
    this.second = Math.max(this.second, second);
  }
}
