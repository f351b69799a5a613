import '@mantine/spotlight/styles.css';
import { Spotlight, createSpotlight } from '@mantine/spotlight';
import IconFile from '@tabler/icons-react/dist/esm/icons/IconFile.mjs';
import IconKey from '@tabler/icons-react/dist/esm/icons/IconKey.mjs';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconRadar2 from '@tabler/icons-react/dist/esm/icons/IconRadar2.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconServer2 from '@tabler/icons-react/dist/esm/icons/IconServer2.mjs';
import IconTerminal2 from '@tabler/icons-react/dist/esm/icons/IconTerminal2.mjs';
import IconTimeline from '@tabler/icons-react/dist/esm/icons/IconTimeline.mjs';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ok } from '@/shared/api/client';
import type { SearchResult } from '@/shared/api/types';
import { useGo } from '@/shared/hooks/use-go';
import { pagePath } from '@/shared/lib/links';
import { togglePause, usePaused } from '@/shared/stream/pause';
import { AttackerText } from '@/shared/ui/attacker-text';
import { navGroups } from './nav-items';

const kTypingMs = 120;
const [store, spotlight] = createSpotlight();

const icons: Record<SearchResult['kind'], typeof IconFile> = {
  attacker: IconRadar2, session: IconTerminal2, credential: IconKey, decky: IconServer2, file: IconFile, event: IconTimeline,
};

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(text); }, kTypingMs);
    return () => { clearTimeout(timer); };
  }, [text]);
  return settled;
}

// Goes to a page, finds anything, runs a command. Loaded when it is opened for the first time.
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const go = useGo();
  const isPaused = usePaused();
  const wanted = useSettled(text.trim());
  const search = useQuery({
    queryKey: ['search', wanted],
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ok(api.GET('/search', { params: { query: { q: wanted } }, signal })),
  });
  useEffect(() => {
    spotlight.open();
  }, []);

  const matches = (label: string): boolean => label.toLowerCase().includes(text.trim().toLowerCase());
  const pages = navGroups.flatMap(({ items }) => items).filter(({ label }) => matches(label));
  const results = wanted && text.trim() ? (search.data?.results ?? []) : [];
  const pauseWord = isPaused ? 'Resume the stream' : 'Pause the stream';
  const nothing = pages.length === 0 && results.length === 0 && !matches(pauseWord);
  const leave = (path: string) => () => { go(path); };

  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={440}
      overlayProps={{ backgroundOpacity: 0.55, blur: 0 }}
      transitionProps={{ duration: 80 }}
      attributes={{ content: { 'aria-label': 'Search and commands' } }}
    >
      <Spotlight.Search placeholder="Address, user name, decky, hash, session…" leftSection={<IconSearch size={17} />} aria-label="Search" />
      <Spotlight.ActionsList>
        {results.length > 0 && (
          <Spotlight.ActionsGroup label="Found">
            {results.map(({ kind, title, subtitle, href }, index) => {
              const Icon = icons[kind];
              return (
                <Spotlight.Action key={`${href}-${String(index)}`} onClick={leave(pagePath(href))} leftSection={<Icon size={17} stroke={1.6} />}>
                  <span style={{ display: 'grid', minWidth: 0, textAlign: 'start' }}>
                    <AttackerText text={title} limit={120} />
                    <small style={{ color: 'var(--dn-dim)' }}><AttackerText text={`${kind} · ${subtitle}`} limit={160} /></small>
                  </span>
                </Spotlight.Action>
              );
            })}
          </Spotlight.ActionsGroup>
        )}
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label="Pages">
            {pages.map(({ label, path, icon: Icon }) => (
              <Spotlight.Action key={path} label={label} onClick={leave(path)} leftSection={<Icon size={17} stroke={1.6} />} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {matches(pauseWord) && (
          <Spotlight.ActionsGroup label="Commands">
            <Spotlight.Action label={pauseWord} onClick={togglePause} leftSection={<IconPlayerPause size={17} stroke={1.6} />} />
          </Spotlight.ActionsGroup>
        )}
        {nothing && <Spotlight.Empty>{search.isFetching ? 'Searching…' : search.isError ? 'The search failed. Try again.' : 'Nothing found'}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
