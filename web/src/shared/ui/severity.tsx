import type { Severity } from '@/shared/api/types';
import { capital } from '@/shared/format/words';
import { Tag, type Tone } from './tag';

const tones: Record<Severity, Tone> = { error: 'red', warning: 'amber', notice: 'blue', info: 'gray' };

export function SeverityTag({ severity }: { severity: Severity }) {
  return <Tag tone={tones[severity]}>{capital(severity)}</Tag>;
}
