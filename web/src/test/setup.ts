// What jsdom lacks and the dashboard needs, and the mock API of every test.
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { reachable } from '@/shared/api/client';
import { paused } from '@/shared/stream/pause';
import { server } from './server';

// Draws on a canvas, which jsdom has not.
vi.mock('uplot', () => ({
  default: class {
    static paths = {};
    setData(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal('ResizeObserver', NoObserver);
// Virtual lists look for it in the window of their document.
Object.assign(document.defaultView ?? {}, { ResizeObserver: NoObserver });
vi.stubGlobal('IntersectionObserver', NoObserver);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined,
}));
vi.stubGlobal('scrollTo', () => undefined);
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
// A virtual list shows what fits; without layout everything is 0 x 0.
Object.defineProperty(Element.prototype, 'clientHeight', { get: () => 600 });
Object.defineProperty(Element.prototype, 'clientWidth', { get: () => 1200 });

// A busy machine is slow, not wrong. The failing query is enough to see; the whole document would be a screenful of noise.
configure({ asyncUtilTimeout: 10_000, getElementError: (message) => new Error(message ?? 'not found') });

beforeAll(() => { server.listen({ onUnhandledRequest: 'error' }); });
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  reachable.set(true);
  paused.set(false);
});
afterAll(() => { server.close(); });
