import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useUser } from '@/shared/api/session';
import { usePreferences } from '@/shared/hooks/use-preferences';
import { setPreference } from '@/shared/lib/preferences';
import { toast } from '@/shared/lib/toast';
import { Facts } from '@/shared/ui/facts';
import { Panel } from '@/shared/ui/panel';
import { PasswordForm } from '@/shared/ui/password-form';
import { TimeText } from '@/shared/ui/time-text';
import { changePassword } from '../api/settings';
import classes from './settings.module.css';

export function ProfileTab() {
  const user = useUser();
  const preferences = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [formKey, setFormKey] = useState(0);
  const change = useMutation({
    mutationFn: ({ current, chosen }: { current: string; chosen: string }) => changePassword(current, chosen),
    onSuccess: () => {
      toast('Password changed');
      setFormKey((key) => key + 1);
    },
  });
  if (!user) return null;
  return (
    <div className={classes.panels}>
      <Panel title="This browser">
        <div className={classes.stack}>
          <SegmentedControl
            size="xs"
            aria-label="Colour scheme"
            value={colorScheme}
            onChange={(value) => { setColorScheme(value); }}
            data={[{ value: 'auto', label: 'As the system' }, { value: 'dark', label: 'Dark' }, { value: 'light', label: 'Light' }]}
          />
          <Switch
            label="Shortcuts of a single key"
            description="Off: only combinations with Ctrl and Escape work."
            checked={preferences.singleKeys}
            onChange={({ currentTarget }) => { setPreference('singleKeys', currentTarget.checked); }}
          />
          <Switch
            label="Times as “2 min ago”"
            description="The exact time is then in the tooltip."
            checked={preferences.relativeTimes}
            onChange={({ currentTarget }) => { setPreference('relativeTimes', currentTarget.checked); }}
          />
        </div>
      </Panel>
      <Panel title="You">
        <Facts
          items={[
            ['User name', user.username],
            ['Role', user.role],
            ['Member since', <TimeText key="c" at={user.created_at} />],
            ['Last login', <TimeText key="l" at={user.last_login_at} />],
          ]}
        />
      </Panel>
      <Panel title="Password">
        <PasswordForm
          key={formKey}
          username={user.username}
          currentLabel="Current password"
          submitLabel="Change the password"
          busy={change.isPending}
          error={change.error}
          onSubmit={(current, chosen) => { change.mutate({ current, chosen }); }}
        />
      </Panel>
    </div>
  );
}
