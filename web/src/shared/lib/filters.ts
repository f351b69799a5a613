// The filters of a list as its URL carries them: one parameter a field, and `not=field:value` for what is filtered out.
import type { ChipField } from '@/shared/ui/chip-context';

export interface FilterField {
  field: ChipField;
  name: string; // As people read it: "Decky".
  many: boolean; // Several values at once: any of them matches.
}

export interface Exclusion {
  field: ChipField;
  value: string;
}

export type FilterSearch = Record<string, unknown>;

export function valuesOf(search: FilterSearch, field: ChipField): string[] {
  const value = search[field];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function exclusionsOf(search: FilterSearch): Exclusion[] {
  const { not } = search;
  if (!Array.isArray(not)) return [];
  return not.flatMap((item: unknown) => {
    const at = typeof item === 'string' ? item.indexOf(':') : -1;
    return typeof item === 'string' && at > 0 ? [{ field: item.slice(0, at) as ChipField, value: item.slice(at + 1) }] : [];
  });
}

function list(values: readonly string[]): string[] | undefined {
  return values.length > 0 ? [...values] : undefined;
}

export function withOnly(search: FilterSearch, { field, many }: FilterField, value: string): FilterSearch {
  const not = list(exclusionsOf(search).filter((each) => each.field !== field || each.value !== value).map((each) => `${each.field}:${each.value}`));
  return { ...search, not, [field]: many ? [...new Set([...valuesOf(search, field), value])] : value };
}

export function withoutValue(search: FilterSearch, { field }: FilterField, value: string): FilterSearch {
  const rest = valuesOf(search, field).filter((each) => each !== value);
  const not = [...new Set([...exclusionsOf(search).map((each) => `${each.field}:${each.value}`), `${field}:${value}`])];
  return { ...search, [field]: list(rest), not };
}

export function withRemoved(search: FilterSearch, { field }: FilterField, value: string): FilterSearch {
  return { ...search, [field]: list(valuesOf(search, field).filter((each) => each !== value)) };
}

export function withExclusionRemoved(search: FilterSearch, gone: Exclusion): FilterSearch {
  const left = exclusionsOf(search).filter(({ field, value }) => field !== gone.field || value !== gone.value);
  return { ...search, not: list(left.map(({ field, value }) => `${field}:${value}`)) };
}

export function withoutFilters(search: FilterSearch, fields: readonly FilterField[]): FilterSearch {
  return { ...search, not: undefined, q: undefined, ...Object.fromEntries(fields.map(({ field }) => [field, undefined])) };
}
