import { Menu } from '@mantine/core';
import IconArrowUpRight from '@tabler/icons-react/dist/esm/icons/IconArrowUpRight.mjs';
import IconCopy from '@tabler/icons-react/dist/esm/icons/IconCopy.mjs';
import IconFilter from '@tabler/icons-react/dist/esm/icons/IconFilter.mjs';
import IconFilterOff from '@tabler/icons-react/dist/esm/icons/IconFilterOff.mjs';
import IconLayoutSidebarRight from '@tabler/icons-react/dist/esm/icons/IconLayoutSidebarRight.mjs';

import { useState, type ReactNode } from 'react';
import { visibleText } from '@/shared/format/text';
import { useGo } from '@/shared/hooks/use-go';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { copyText } from '@/shared/lib/clipboard';
import { toast } from '@/shared/lib/toast';
import { ChipMenuContext, type ChipRequest } from './chip-context';
import { pivotsOf } from './pivots';

// One menu for all chips of the app: a list shows hundreds of chips, and a menu each would make scrolling slow.
export function ChipMenuProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<ChipRequest | null>(null);
  const close = (): void => {
    request?.anchor.focus({ preventScroll: true });
    setRequest(null);
  };
  return (
    <ChipMenuContext value={setRequest}>
      {children}
      {request && <ChipMenu key={`${request.field}:${request.value}`} request={request} onClose={close} />}
    </ChipMenuContext>
  );
}

function ChipMenu({ request, onClose }: { request: ChipRequest; onClose: () => void }) {
  const { field, value, detail, filters, anchor } = request;
  const go = useGo();
  const { open, openFull } = useOpenDetail();
  const box = anchor.getBoundingClientRect();
  const filterable = filters?.fields.includes(field) ?? false;
  return (
    <Menu opened withinPortal portalProps={{ target: '#main' }} onClose={onClose} position="bottom-start" offset={2} width={230} returnFocus={false}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          style={{ position: 'fixed', left: box.left, top: box.top, width: box.width, height: box.height, opacity: 0, pointerEvents: 'none' }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions for ${visibleText(value, 60)}`}>
        {detail && (
          <>
            <Menu.Item leftSection={<IconLayoutSidebarRight size={14} />} onClick={() => { open(detail); }}>
              Open
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowUpRight size={14} />} onClick={() => { openFull(detail); }}>
              Open as a page
            </Menu.Item>
          </>
        )}
        {filterable && (
          <>
            <Menu.Item leftSection={<IconFilter size={14} />} onClick={() => { filters?.only(field, value); }}>
              Filter for this
            </Menu.Item>
            <Menu.Item leftSection={<IconFilterOff size={14} />} onClick={() => { filters?.without(field, value); }}>
              Filter out
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => void copyText(value).then((done) => { toast(done ? 'Copied' : 'The browser refused to copy'); })}>
          Copy
        </Menu.Item>
        {pivotsOf(field, value).map((pivot) => (
          <Menu.Item key={pivot.path} leftSection={<IconArrowUpRight size={14} />} onClick={() => { go(pivot.path); }}>
            {pivot.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
