import { Tooltip } from '@mantine/core';
import { fullTime, relativeTime, shortTime } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import { usePreferences } from '@/shared/hooks/use-preferences';

interface Props {
  at: string | null | undefined;
  missing?: string;
  plain?: boolean; // No tooltip: in long lists, where `title` serves.
}

function Relative({ at }: { at: string }) {
  return <>{relativeTime(at, useNow())}</>;
}

// A time as the person prefers it, the other form in the tooltip.
export function TimeText({ at, missing = 'never', plain = false }: Props) {
  const { relativeTimes } = usePreferences();
  if (!at) return <span style={{ color: 'var(--dn-dim)' }}>{missing}</span>;
  const content = (
    <time dateTime={at} title={plain ? fullTime(at) : undefined} style={{ whiteSpace: 'nowrap' }}>
      {relativeTimes ? <Relative at={at} /> : shortTime(at)}
    </time>
  );
  if (plain) return content;
  return (
    <Tooltip label={relativeTimes ? fullTime(at) : <>{fullTime(at)} · <Relative at={at} /></>}>
      {content}
    </Tooltip>
  );
}
