import { ActionIcon, Menu, NativeSelect } from '@mantine/core';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import { useMutation } from '@tanstack/react-query';
import { asProblem } from '@/shared/api/problem';
import { useUser } from '@/shared/api/session';
import type { Role, User } from '@/shared/api/types';
import { toast } from '@/shared/lib/toast';
import { Tag } from '@/shared/ui/tag';
import { TimeText } from '@/shared/ui/time-text';
import { updateUser } from '../api/settings';
import { roles } from '../model/roles';

interface Props {
  user: User;
  onChanged: () => void;
  onReset: () => void;
  onDelete: () => void;
}

export function UserRow({ user, onChanged, onReset, onDelete }: Props) {
  const self = useUser()?.uuid === user.uuid;
  const change = useMutation({
    mutationFn: (patch: { role?: Role; disabled?: boolean }) => updateUser(user.uuid, patch),
    onSuccess: () => { toast(`${user.username} is changed`); },
    onError: (error) => { toast(asProblem(error).title); },
    onSettled: onChanged,
  });
  return (
    <tr data-user={user.username}>
      <td>
        {user.username} {self && <span className="dim">you</span>}
      </td>
      <td>
        <NativeSelect
          aria-label={`Role of ${user.username}`}
          value={change.variables?.role && change.isPending ? change.variables.role : user.role}
          disabled={self || change.isPending}
          data={roles.map(({ value, label }) => ({ value, label }))}
          onChange={({ currentTarget }) => { change.mutate({ role: currentTarget.value as Role }); }}
        />
      </td>
      <td>
        {user.disabled ? <Tag tone="red">Locked out</Tag> : user.must_change_password ? <Tag tone="amber">First password</Tag> : <Tag tone="green">Active</Tag>}
      </td>
      <td><TimeText at={user.last_login_at} /></td>
      <td><TimeText at={user.created_at} /></td>
      <td>
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <ActionIcon aria-label={`Actions for ${user.username}`}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onReset}>Reset the password</Menu.Item>
            <Menu.Item disabled={self} onClick={() => { change.mutate({ disabled: !user.disabled }); }}>
              {user.disabled ? 'Let in again' : 'Lock out'}
            </Menu.Item>
            <Menu.Item disabled={self} color="red" onClick={onDelete}>Remove</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
