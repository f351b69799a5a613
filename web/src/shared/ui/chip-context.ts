// What a chip's menu can do depends on the page (its filters) and on the app (the menu itself).
import { createContext } from 'react';
import type { DetailRef } from '@/shared/lib/links';

export type ChipField =
  | 'ip' | 'decky' | 'service' | 'type' | 'severity' | 'principal' | 'secret_kind' | 'country' | 'session' | 'attacker' | 'hash' | 'secret' | 'fingerprint';

// The filters of the page around a chip.
export interface PageFilters {
  fields: readonly ChipField[];
  only: (field: ChipField, value: string) => void;
  without: (field: ChipField, value: string) => void;
}

export interface ChipRequest {
  field: ChipField;
  value: string;
  detail?: DetailRef;
  filters: PageFilters | null;
  anchor: HTMLElement;
}

export const FilterContext = createContext<PageFilters | null>(null);
export const ChipMenuContext = createContext<(request: ChipRequest) => void>(() => undefined);
// False inside list rows that are not the current one: their chips are no stops of the Tab key.
export const TabStopContext = createContext(true);
