import { ActionIcon, Menu } from '@mantine/core';
import IconKeyboard from '@tabler/icons-react/dist/esm/icons/IconKeyboard.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconUserCircle from '@tabler/icons-react/dist/esm/icons/IconUserCircle.mjs';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api, ok } from '@/shared/api/client';
import { sessionQuery, useUser } from '@/shared/api/session';
import { useGo } from '@/shared/hooks/use-go';
import { stream } from '@/shared/stream/stream';
import { openCheatSheet } from './global-keys';
import { SchemeItems } from './theme-switch';
import classes from './user-menu.module.css';

export function UserMenu() {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const go = useGo();
  const signOut = async (): Promise<void> => {
    // Signed out here even when the server cannot be told: the cookie is useless without the page's state.
    await ok(api.POST('/auth/logout')).catch(() => undefined);
    stream.stop();
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
    await router.navigate({ to: '/login' });
  };
  return (
    <Menu width={210} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`User ${user?.username ?? ''}`}>
          <IconUserCircle size={19} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span className={classes.name}>{user?.username}</span> {user?.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconSettings size={15} />} onClick={() => { go('/settings/profile'); }}>
          Profile
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={openCheatSheet}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colour scheme</Menu.Label>
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
