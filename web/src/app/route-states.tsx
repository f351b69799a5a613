import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '@/shared/ui/page';
import { Empty, Failure, Loading } from '@/shared/ui/states';
import { TextLink } from '@/shared/ui/text-link';

export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Page title="Something went wrong">
      <Failure
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no such page" hint={<TextLink to="/">Back to the overview</TextLink>} />
    </Page>
  );
}

export function RoutePending() {
  return <Loading label="Loading the page" rows={8} />;
}
