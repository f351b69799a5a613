import { Button, Popover, TextInput } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconClock from '@tabler/icons-react/dist/esm/icons/IconClock.mjs';
import { useRouterState } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { shortTime, zoneName } from '@/shared/format/time';
import { useTimeRange } from '@/shared/hooks/use-time-range';
import { takeForm } from '@/shared/lib/form';
import { isFixed, kDefaultRange, presets, type RangeSearch } from '@/shared/lib/time-range';
import classes from './range-picker.module.css';

// Pages whose content is a state, not a span of time.
const timeless = /^\/(credentials|fleet|workers|settings|sessions\/|feed\/|attackers\/)/;

export function rangeWord(range: RangeSearch): string {
  if (!isFixed(range)) return presets.find(({ id }) => id === (range.range ?? kDefaultRange))?.word ?? '';
  const from = range.since ? shortTime(range.since) : 'the beginning';
  return `${from} – ${range.until ? shortTime(range.until) : 'now'}`;
}

// For <input type="datetime-local">: local time without a zone.
function localValue(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function RangePicker() {
  const { range, setRange } = useTimeRange();
  const [opened, setOpened] = useState(false);
  const applies = useRouterState({ select: (state) => !timeless.test(state.location.pathname) });
  const choose = (next: RangeSearch): void => {
    setRange(next);
    setOpened(false);
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    const text = takeForm(event);
    const iso = (name: string): string | undefined => (text(name) ? new Date(text(name)).toISOString() : undefined);
    choose({ since: iso('since'), until: iso('until') });
  };
  if (!applies) return null;
  const short = presets.find(({ id }) => id === (range.range ?? kDefaultRange))?.short;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus width={280}>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.button}
          leftSection={<IconClock size={14} aria-hidden />}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          onClick={() => { setOpened(!opened); }}
          aria-label={`Time range: ${rangeWord(range)}`}
        >
          <span className={classes.long}>{rangeWord(range)}</span>
          <span className={classes.short}>{isFixed(range) ? 'Fixed' : short}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time range">
        <div className={classes.presets}>
          {presets.map(({ id, word }) => (
            <button
              key={id}
              type="button"
              className={classes.preset}
              aria-pressed={!isFixed(range) && (range.range ?? kDefaultRange) === id}
              onClick={() => { choose({ range: id }); }}
            >
              {word}
            </button>
          ))}
        </div>
        <form className={classes.form} onSubmit={submit}>
          <TextInput name="since" type="datetime-local" label={`From (${zoneName()})`} defaultValue={localValue(range.since)} />
          <TextInput name="until" type="datetime-local" label={`To (${zoneName()})`} defaultValue={localValue(range.until)} />
          <Button type="submit">Apply</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
