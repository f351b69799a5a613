import { Tabs, TextInput } from '@mantine/core';
import { useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react';
import { compact, plural } from '@/shared/format/number';
import { Empty } from '@/shared/ui/states';
import { currentIndex, keystrokesOf, searchMoments, transcriptOf, type Moment } from '../model/moments';
import type { Playback } from '../model/playback';
import classes from './replay.module.css';
import { TimedList } from './timed-list';

interface Props {
  playback: Playback;
  markers: readonly Moment[];
}

const kLead = 0.3; // Seconds before a moment at which playing begins: what is printed next is seen.

// Beside the terminal: what was done, what was typed, what was printed; all of it leads to its moment.
export function ReplaySide({ playback, markers }: Props) {
  const { time, count, playing } = useSyncExternalStore(playback.view.subscribe, playback.view.get);
  const [tab, setTab] = useState('commands');
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the list of events is one and the same, it only grows: `count` says so
  const keys = useMemo(() => keystrokesOf(playback.events), [playback, count]);
  const isSearching = tab === 'transcript';
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as above
  const lines = useMemo(() => (isSearching ? transcriptOf(playback.events) : []), [playback, count, isSearching]);
  const found = useMemo(() => searchMoments(lines, wanted), [lines, wanted]);
  const pick = (moment: Moment): void => {
    playback.seek(playing ? Math.max(0, moment.time - kLead) : (moment.whole ?? moment.time));
  };
  const list = (label: string, moments: readonly Moment[], title: string, hint: string) => (
    <TimedList label={label} moments={moments} current={currentIndex(moments, time)} follow={playing} onPick={pick} empty={<Empty title={title} hint={hint} />} />
  );
  return (
    <Tabs value={tab} onChange={(next) => { setTab(next ?? 'commands'); }} className={classes.side} keepMounted={false}>
      <Tabs.List aria-label="What was recorded">
        <Tabs.Tab value="commands" rightSection={<span className={classes.count}>{compact(markers.length)}</span>}>Commands</Tabs.Tab>
        <Tabs.Tab value="keys" rightSection={<span className={classes.count}>{compact(keys.length)}</span>}>Keystrokes</Tabs.Tab>
        <Tabs.Tab value="transcript">Transcript</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="commands" className={classes.panel}>
        {list('Commands and markers', markers, 'No commands', 'Nobody typed a command while this was recorded.')}
      </Tabs.Panel>
      <Tabs.Panel value="keys" className={classes.panel}>
        {list('Keystrokes', keys, 'No keystrokes', 'Nothing was typed.')}
      </Tabs.Panel>
      <Tabs.Panel value="transcript" className={classes.panel}>
        <div className={classes.search}>
          <TextInput type="search" size="xs" aria-label="Search in the transcript" placeholder="Search in the transcript" value={text} maxLength={200} onChange={({ currentTarget }) => { setText(currentTarget.value); }} />
          <span className="dim" role="status">{wanted === '' ? plural(lines.length, 'line') : plural(found.length, 'match', 'matches')}</span>
        </div>
        {list('Transcript', found, wanted === '' ? 'Nothing was printed' : 'No line matches', wanted === '' ? 'The recording has no output.' : 'Another text may.')}
      </Tabs.Panel>
    </Tabs>
  );
}
