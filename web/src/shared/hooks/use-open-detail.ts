import { useNavigate, useSearch } from '@tanstack/react-router';
import { useGo } from './use-go';
import { formatOpen, fullPagePath, parseOpen, type DetailRef } from '@/shared/lib/links';

export interface OpenDetail {
  current: DetailRef | null;
  open: (detail: DetailRef) => void; // In the drawer, which has its own URL: Back closes it.
  openFull: (detail: DetailRef) => void;
  close: () => void;
}

export function useOpenDetail(): OpenDetail {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useGo();
  return {
    current: parseOpen(search.open),
    open: (detail) => {
      void navigate({ to: '.', search: (all) => ({ ...all, open: formatOpen(detail) }), resetScroll: false });
    },
    openFull: (detail) => {
      go(fullPagePath(detail));
    },
    close: () => {
      void navigate({ to: '.', search: (all) => ({ ...all, open: undefined }), resetScroll: false });
    },
  };
}
