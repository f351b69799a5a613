// The search part of an URL as plain, readable text: `?q=root&decky=web-1&decky=db-1`. Repeated names make a list.

export type SearchValues = Record<string, string | string[]>;

export function parseSearchText(text: string): SearchValues {
  const values: SearchValues = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = values[key];
    if (before === undefined) values[key] = value;
    else values[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return values;
}

export function formatSearchText(values: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    const each: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of each) {
      if (typeof item === 'string' && item !== '') parameters.append(key, item);
      else if (typeof item === 'number' || typeof item === 'boolean') parameters.append(key, String(item));
    }
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

// Readers for `validateSearch`. What is not there, or nonsense, is left out.
export function readText(value: unknown, charsMax = 200): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first.slice(0, charsMax) : undefined;
}

export function readList(value: unknown, itemsMax = 50): string[] | undefined {
  const items = (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string' && item !== '');
  return items.length > 0 ? items.slice(0, itemsMax) : undefined;
}

export function readOne<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((each) => each === value);
}

// Leaves out what is undefined, so that two equal searches are equal.
export function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
