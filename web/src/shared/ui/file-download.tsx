import { Anchor } from '@mantine/core';
import { use } from 'react';
import { kApiBase } from '@/shared/api/client';
import { useMay } from '@/shared/api/session';
import type { CapturedFile } from '@/shared/api/types';
import { TabStopContext } from './chip-context';
import { Tag } from './tag';

// The way to the bytes of a captured file, for who may have them. The server sends them as an attachment.
export function FileDownload({ file }: { file: CapturedFile }) {
  const may = useMay('analyst');
  const tabStop = use(TabStopContext);
  if (!file.stored) return <Tag title="Only its hash was kept">Not kept</Tag>;
  if (!may) return <span title="Needs the role analyst">Kept</span>;
  return (
    <Anchor
      href={`${kApiBase}/files/${encodeURIComponent(file.sha256)}/content`}
      download={`${file.sha256}.bin`}
      inherit
      tabIndex={tabStop ? 0 : -1}
      onClick={(event) => { event.stopPropagation(); }}
      title="Hostile content: open it in a sandbox only"
    >
      Download{file.truncated ? ' (cut)' : ''}
    </Anchor>
  );
}
