import { use, type ReactNode } from 'react';
import type { DetailRef } from '@/shared/lib/links';
import { AttackerText } from './attacker-text';
import { ChipMenuContext, FilterContext, TabStopContext, type ChipField } from './chip-context';
import classes from './value-chip.module.css';

interface Props {
  field: ChipField;
  value: string;
  detail?: DetailRef; // What "Open" opens.
  mono?: boolean;
  children?: ReactNode; // Shown instead of the value.
}

// A value with a menu: filter for, filter out, open, copy, see it elsewhere.
export function ValueChip({ field, value, detail, mono, children }: Props) {
  const openMenu = use(ChipMenuContext);
  const filters = use(FilterContext);
  const tabStop = use(TabStopContext);
  return (
    <button
      type="button"
      className={classes.chip}
      tabIndex={tabStop ? 0 : -1}
      aria-haspopup="menu"
      data-field={field}
      data-value={value}
      onClick={(event) => {
        event.stopPropagation();
        openMenu({ field, value, detail, filters, anchor: event.currentTarget });
      }}
    >
      {children ?? <AttackerText text={value} limit={120} mono={mono} />}
    </button>
  );
}
