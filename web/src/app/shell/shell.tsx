import { Drawer } from '@mantine/core';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ChipMenuProvider } from '@/shared/ui/chip-menu';
import { Banner } from './banner';
import { DetailHost } from './detail-host';
import { GlobalKeys } from './global-keys';
import { Nav } from './nav';
import classes from './shell.module.css';
import { StreamBridge } from './stream-bridge';
import { Toasts } from './toasts';
import { TopBar } from './top-bar';

// The frame of every page behind the login.
export function Shell() {
  const [navOpen, setNavOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname });

  // A new page starts at its top, and a screen reader at its heading.
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
    if (main.current) main.current.scrollTop = 0;
  }, [path]);

  return (
    <ChipMenuProvider>
      <StreamBridge />
      <GlobalKeys />
      <div className={classes.frame}>
        <a className={classes.skip} href="#main">
          Skip to the content
        </a>
        <div className={classes.side}>
          <Nav />
        </div>
        {navOpen && (
          <Drawer.Root opened onClose={() => { setNavOpen(false); }} size={240} transitionProps={{ duration: 100 }}>
            <Drawer.Overlay backgroundOpacity={0.55} />
            <Drawer.Content aria-label="Navigation">
              <Nav onPick={() => { setNavOpen(false); }} />
            </Drawer.Content>
          </Drawer.Root>
        )}
        <div className={classes.column}>
          <TopBar onMenu={() => { setNavOpen(true); }} />
          <Banner />
          <div className={classes.stage}>
            <main ref={main} id="main" className={classes.main} tabIndex={-1}>
              <Outlet />
            </main>
            <DetailHost />
          </div>
        </div>
      </div>
      <Toasts />
    </ChipMenuProvider>
  );
}
