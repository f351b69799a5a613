import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

// To a path of the dashboard that came as text (a search result, a pivot). The time range stays.
export function useGo(): (path: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (path) => {
      void navigate({ href: path });
    },
    [navigate],
  );
}
