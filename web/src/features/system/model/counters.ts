import { plainWord } from '@/shared/format/words';

// "api_requests_total" of the worker api → "requests"
export function counterWord(name: string, worker: string): string {
  const own = name.startsWith(`${worker}_`) ? name.slice(worker.length + 1) : name;
  return plainWord(own.replace(/_total$/, ''));
}
