import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  exclusionsOf, valuesOf, withExclusionRemoved, withOnly, withoutFilters, withoutValue, withRemoved,
  type Exclusion, type FilterField, type FilterSearch,
} from '@/shared/lib/filters';
import type { ChipField, PageFilters } from '@/shared/ui/chip-context';
import type { FilterPill } from '@/shared/ui/filter-bar';

export interface ListFilters {
  values: (field: ChipField) => string[];
  exclusions: Exclusion[];
  active: boolean; // Anything is filtered, the search text included.
  pills: FilterPill[];
  page: PageFilters; // For the chips below.
  toggle: (field: ChipField, value: string) => void;
  set: (change: FilterSearch) => void;
  clear: () => void;
}

// The filters of a page, read from its URL and written there. `fields` is a constant of the page.
export function useListFilters(fields: readonly FilterField[]): ListFilters {
  const search: FilterSearch = useSearch({ strict: false });
  const navigate = useNavigate();

  return useMemo(() => {
    const change = (update: (all: FilterSearch) => FilterSearch): void => {
      // Every page knows its own parameters; here they are only passed on.
      void navigate({ to: '.', search: ((all: FilterSearch) => update(all)) as never, replace: false, resetScroll: false });
    };
    const known = (field: ChipField, act: (entry: FilterField) => void): void => {
      const entry = fields.find((each) => each.field === field);
      if (entry) act(entry);
    };
    const only = (field: ChipField, value: string): void => {
      known(field, (entry) => { change((all) => withOnly(all, entry, value)); });
    };
    const exclusions = exclusionsOf(search);
    const pills: FilterPill[] = [
      ...fields.flatMap((entry) =>
        valuesOf(search, entry.field).map((value) => ({
          key: `${entry.field}:${value}`, name: entry.name, value, onRemove: () => { change((all) => withRemoved(all, entry, value)); },
        })),
      ),
      ...exclusions.map((gone) => ({
        key: `not:${gone.field}:${gone.value}`, name: fields.find(({ field }) => field === gone.field)?.name ?? gone.field, value: gone.value, not: true,
        onRemove: () => { change((all) => withExclusionRemoved(all, gone)); },
      })),
    ];
    return {
      values: (field) => valuesOf(search, field),
      exclusions,
      active: pills.length > 0 || typeof search.q === 'string',
      pills,
      page: {
        fields: fields.map(({ field }) => field),
        only,
        without: (field, value) => { known(field, (entry) => { change((all) => withoutValue(all, entry, value)); }); },
      },
      toggle: (field, value) => {
        known(field, (entry) => {
          if (valuesOf(search, field).includes(value)) change((all) => withRemoved(all, entry, value));
          else change((all) => withOnly(all, entry, value));
        });
      },
      set: (update) => { change((all) => ({ ...all, ...update })); },
      clear: () => { change((all) => withoutFilters(all, fields)); },
    };
  }, [search, navigate, fields]);
}
