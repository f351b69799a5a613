import { Button, CloseButton, TextInput } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import { AttackerText } from './attacker-text';
import classes from './filter-bar.module.css';

export interface FilterPill {
  key: string;
  name: string;
  value: string;
  not?: boolean;
  onRemove: () => void;
}

interface Props {
  search?: { value: string; placeholder: string; onChange: (value: string) => void };
  pills: readonly FilterPill[];
  onClear: () => void;
  children?: ReactNode; // More filters, right of the search.
  aside?: ReactNode;
}

const kTypingMs = 250;

// Search, further filters, and what is filtered now. `/` goes to the search.
export function FilterBar({ search, pills, onClear, children, aside }: Props) {
  return (
    <div className={classes.bar}>
      {search && <SearchField key={search.placeholder} {...search} />}
      {children}
      {pills.map(({ key, name, value, not, onRemove }) => (
        <span key={key} className={classes.pill} data-not={not ? true : undefined}>
          {not ? 'not ' : ''}
          {name}: <AttackerText text={value} limit={40} />
          <CloseButton size={20} aria-label={`Remove the filter ${name}`} onClick={onRemove} />
        </span>
      ))}
      {pills.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={onClear}>
          Clear all
        </Button>
      )}
      {aside !== undefined && <div className={classes.aside}>{aside}</div>}
    </div>
  );
}

function SearchField({ value, placeholder, onChange }: { value: string; placeholder: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The URL changed by something else (Back, "clear filters"): show that.
  if (value !== seen) {
    setSeen(value);
    setText(value);
  }
  useShortcuts([{ keys: '/', label: 'Search in this page', group: 'Lists', run: () => input.current?.focus() }]);
  useEffect(() => () => { clearTimeout(timer.current); }, []);
  const commit = (next: string): void => {
    clearTimeout(timer.current);
    if (next !== value) {
      setSeen(next);
      onChange(next);
    }
  };
  return (
    <TextInput
      ref={input}
      className={classes.search}
      type="search"
      aria-label={placeholder}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      maxLength={200}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value;
        setText(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => { commit(next.trim()); }, kTypingMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(text.trim());
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
