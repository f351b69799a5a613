import { Button } from '@mantine/core';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconPlayerPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs';
import { plural } from '@/shared/format/number';
import { useNow } from '@/shared/hooks/use-now';
import { togglePause, usePaused } from '@/shared/stream/pause';
import { stream } from '@/shared/stream/stream';
import { Sparkline } from '@/shared/ui/sparkline';
import type { FeedView } from '../model/feed';

// The last minute, and the way to stop it.
export function FeedAside({ view }: { view: FeedView }) {
  const now = useNow();
  const isPaused = usePaused();
  const history = stream.rate.history(now);
  const total = history.reduce((sum, value) => sum + value, 0);
  return (
    <>
      {view.problem && view.status === 'ready' && <span>{view.problem.title}</span>}
      <Sparkline values={history} label={`${plural(total, 'event')} in the last minute`} />
      <Button
        variant="default"
        leftSection={isPaused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
        onClick={togglePause}
        aria-pressed={isPaused}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
    </>
  );
}
