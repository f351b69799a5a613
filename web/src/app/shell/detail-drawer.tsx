import { ActionIcon, CloseButton, Tooltip } from '@mantine/core';
import IconArrowsMaximize from '@tabler/icons-react/dist/esm/icons/IconArrowsMaximize.mjs';
import IconLink from '@tabler/icons-react/dist/esm/icons/IconLink.mjs';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useOpenDetail } from '@/shared/hooks/use-open-detail';
import { useShortcuts } from '@/shared/hooks/use-shortcuts';
import { copyText } from '@/shared/lib/clipboard';
import type { DetailRef } from '@/shared/lib/links';
import { toast } from '@/shared/lib/toast';
import classes from './detail-drawer.module.css';

interface Props {
  title: string;
  detail: DetailRef;
  children: ReactNode;
}

// Details beside the list they were opened from. Not modal: the list can be walked on. Back, or Escape, closes it.
export function DetailDrawer({ title, detail, children }: Props) {
  const { close, openFull } = useOpenDetail();
  const titleId = useId();
  const drawer = useRef<HTMLElement>(null);

  // The focus comes here, and goes back to where it was (the list) when the drawer is closed.
  useEffect(() => {
    const before = document.activeElement;
    drawer.current?.focus({ preventScroll: true });
    return () => {
      const inside = document.activeElement === document.body || document.activeElement === null;
      if (inside && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  useShortcuts([
    { keys: 'Escape', label: 'Close what lies on top', group: 'Anywhere', run: close },
    { keys: 'o', label: 'Open the details as a page', group: 'Details', run: () => { openFull(detail); } },
  ]);

  return (
    <aside ref={drawer} className={classes.drawer} aria-labelledby={titleId} tabIndex={-1} data-drawer={detail.kind}>
      <header className={classes.header}>
        <h2 id={titleId} className={classes.title}>
          {title}
        </h2>
        <Tooltip label="Copy the link">
          <ActionIcon
            aria-label="Copy the link"
            onClick={() => void copyText(location.href).then((done) => { toast(done ? 'Link copied' : 'The browser refused to copy'); })}
          >
            <IconLink size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Open as a page">
          <ActionIcon aria-label="Open as a page" onClick={() => { openFull(detail); }}>
            <IconArrowsMaximize size={15} />
          </ActionIcon>
        </Tooltip>
        <CloseButton aria-label="Close" onClick={close} />
      </header>
      <div className={classes.body}>{children}</div>
    </aside>
  );
}
