// Short notes that something was done. They say nothing that cannot be seen elsewhere.
import { ExternalStore } from './external-store';

export interface Toast {
  id: number;
  text: string;
}

const kToastMs = 3500;
let next = 1;

export const toasts = new ExternalStore<readonly Toast[]>([]);

export function toast(text: string): void {
  const id = next;
  next += 1;
  toasts.set([...toasts.get().slice(-2), { id, text }]);
  setTimeout(() => {
    toasts.set(toasts.get().filter((each) => each.id !== id));
  }, kToastMs);
}
