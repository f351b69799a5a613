import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { sessionQuery, useUser } from '@/shared/api/session';
import { safePath } from '@/shared/lib/safe-path';
import { PasswordForm } from '@/shared/ui/password-form';
import { changePassword } from '../api/auth';
import { Gate } from './gate';

// After the first login with a password that somebody else drew.
export function FirstPasswordPage() {
  const { next } = useSearch({ from: '/password' });
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const change = useMutation({
    mutationFn: ({ current, chosen }: { current: string; chosen: string }) => changePassword(current, chosen),
    onSuccess: async () => {
      await client.query({ ...sessionQuery, staleTime: 0 });
      await router.navigate({ href: safePath(next), replace: true });
    },
  });
  return (
    <Gate title="Choose your password" lead={`Signed in as ${user?.username ?? ''}. The first password works once; from now on yours does.`}>
      <PasswordForm
        username={user?.username ?? ''}
        currentLabel="First password"
        submitLabel="Change and go on"
        busy={change.isPending}
        error={change.error}
        onSubmit={(current, chosen) => { change.mutate({ current, chosen }); }}
      />
    </Gate>
  );
}
