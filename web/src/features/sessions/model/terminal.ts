// The terminal of asciinema-player, fed by a Playback: its core takes a function instead of a recording (a "driver"), so nothing is
// loaded twice, a recording may grow, and the controls are ours. The chunk is loaded when the first replay is opened.
import type { Options, Source } from 'asciinema-player';
import type { Playback } from './playback';

type Dispatch = (event: string, data?: unknown) => void;

interface Driver {
  init: () => void;
  play: () => void;
  pause: () => void;
  seek: (to: unknown) => boolean;
  stop: () => void;
  getTiming: () => { time: number; rate: number; sampledAt: number };
  getDuration: () => number;
}

function driverOf(playback: Playback) {
  return ({ dispatch }: { dispatch: Dispatch }): Driver => ({
    init: () => {
      playback.attach({
        reset: (cols, rows) => { dispatch('reset', { size: { cols, rows }, theme: null }); },
        resize: (cols, rows) => { dispatch('resize', { cols, rows }); },
        write: (text) => { dispatch('output', text); },
      });
      dispatch('playing'); // Takes its start button away and lets the cursor blink.
    },
    play: () => { playback.play(); },
    pause: () => { playback.pause(); },
    seek: (to) => {
      if (typeof to === 'number') playback.seek(to);
      return true;
    },
    stop: () => undefined,
    getTiming: () => ({ time: playback.view.get().time, rate: 0, sampledAt: performance.timeOrigin + performance.now() }),
    getDuration: () => playback.view.get().duration,
  });
}

// Builds it inside `place`. Returns what takes it away again.
export async function mountTerminal(place: HTMLElement, playback: Playback): Promise<() => void> {
  const [{ create }] = await Promise.all([import('asciinema-player'), import('asciinema-player/dist/bundle/asciinema-player.css')]);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const options: Options = {
    cols: playback.header.columns, rows: playback.header.rows, controls: false, fit: 'width', theme: 'decnet',
    cursorMode: still ? 'steady' : 'blinking', terminalFontFamily: "'JetBrains Mono Variable', monospace",
  };
  const player = create(driverOf(playback) as unknown as Source, place, options);
  // The keys are the page's: they can be switched off, and must not be heard twice.
  (player.el as HTMLElement & { $$keydown?: unknown }).$$keydown = undefined;
  return () => {
    playback.attach(null);
    player.dispose();
  };
}
