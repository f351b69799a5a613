import { Anchor, Button, NativeSelect } from '@mantine/core';
import IconLink from '@tabler/icons-react/dist/esm/icons/IconLink.mjs';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useMay } from '@/shared/api/session';
import type { SessionDetail } from '@/shared/api/types';
import { bytes, plural } from '@/shared/format/number';
import { duration } from '@/shared/format/time';
import { copyText } from '@/shared/lib/clipboard';
import { Empty, Failure, Forbidden, Loading } from '@/shared/ui/states';
import { Tag } from '@/shared/ui/tag';
import { recordingPath } from '../api/recording';
import { markersOf } from '../model/moments';
import type { Playback } from '../model/playback';
import { momentLink, parseMomentSearch } from '../model/search';
import { useRecording } from '../model/use-recording';
import { ReplayControls } from './replay-controls';
import { ReplayScreen } from './replay-screen';
import { ReplaySide } from './replay-side';
import classes from './replay.module.css';

// The recordings of a session: which, and the player.
export function Replay({ session }: { session: SessionDetail }) {
  const search = parseMomentSearch({ ...useSearch({ strict: false }) });
  const [chosen, setChosen] = useState(Number(search.recording ?? 0));
  const may = useMay('analyst');
  const { recordings } = session;
  const recording = recordings.find((each) => each.recording === chosen) ?? recordings[0];
  if (!recording) return <Empty title="Nothing was recorded" hint={session.ended_at === null ? 'A terminal is recorded from its first line on; the first piece comes within 30 s.' : 'This decoy does not record terminals, or the session had none.'} />;
  if (!may) return <Forbidden need="analyst" detail="a recording shows what was typed, passwords included" />;
  return (
    <div className={classes.replay}>
      <p className={classes.facts}>
        {recordings.length > 1 && (
          <NativeSelect
            size="xs" aria-label="Recording" value={String(recording.recording)} onChange={({ currentTarget }) => { setChosen(Number(currentTarget.value)); }}
            data={recordings.map((each) => ({ value: String(each.recording), label: `Terminal ${String(each.recording + 1)}` }))}
          />
        )}
        <span>{duration(recording.duration_ms)}, {bytes(recording.bytes)}</span>
        {!recording.final && <Tag tone="green" dot>Growing</Tag>}
        {recording.truncated && <Tag tone="amber" title="The terminal printed more than is recorded">Cut at its limit</Tag>}
        {recording.missing > 0 && <Tag tone="amber">{plural(recording.missing, 'piece')} missing</Tag>}
        <Anchor inherit href={recordingPath(session.uuid, recording.recording, '&download=true')} download title="Hostile content: play it with care">Download .cast</Anchor>
      </p>
      <Player key={recording.recording} uuid={session.uuid} recording={recording.recording} start={Number(search.t ?? 0)} />
    </div>
  );
}

function Player({ uuid, recording, start }: { uuid: string; recording: number; start: number }) {
  const { playback, loading, error, retry } = useRecording(uuid, recording);
  if (!playback) return error !== null ? <Failure error={error} onRetry={retry} /> : <Loading rows={8} label="Loading the recording" />;
  return <Stage playback={playback} uuid={uuid} recording={recording} start={start} loading={loading} stale={error !== null} />;
}

interface StageProps {
  playback: Playback;
  uuid: string;
  recording: number;
  start: number;
  loading: boolean;
  stale: boolean;
}

function Stage({ playback, uuid, recording, start, loading, stale }: StageProps) {
  const count = useSyncExternalStore(playback.view.subscribe, () => playback.view.get().count);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the list of events is one and the same, it only grows: `count` says so
  const markers = useMemo(() => markersOf(playback.events), [playback, count]);
  const [copied, setCopied] = useState(false);
  // Once everything is there: the moment that was asked for, else what was printed first.
  useEffect(() => {
    if (!loading) playback.seek(start > 0 ? start : playback.opening());
  }, [playback, loading, start]);
  return (
    <div className={classes.stage}>
      <div className={classes.main}>
        <ReplayScreen playback={playback} />
        <ReplayControls
          playback={playback}
          markers={markers}
          aside={
            <>
              {stale && <Tag tone="amber">What came since is missing</Tag>}
              <Button
                variant="default" size="compact-xs" leftSection={<IconLink size={13} aria-hidden />}
                onClick={() => { void copyText(momentLink(location.origin, uuid, recording, playback.view.get().time)).then(setCopied); }}
              >
                Copy link
              </Button>
              <span role="status" className="dim">{copied ? 'Link copied' : ''}</span>
            </>
          }
        />
      </div>
      <ReplaySide playback={playback} markers={markers} />
    </div>
  );
}
