import type { Role } from '@/shared/api/types';

export const roles: readonly { value: Role; label: string; may: string }[] = [
  { value: 'viewer', label: 'Viewer', may: 'sees everything but secrets' },
  { value: 'analyst', label: 'Analyst', may: 'also reveals secrets and fetches files' },
  { value: 'operator', label: 'Operator', may: 'also changes the fleet' },
  { value: 'admin', label: 'Admin', may: 'also manages users and reads the audit log' },
];
