import type { Severity } from '@/shared/api/types';
import { capital } from '@/shared/format/words';
import classes from './severity.module.css';
import { Tag, type Tone } from './tag';

const tones: Record<Severity, Tone> = { error: 'red', warning: 'amber', notice: 'blue', info: 'gray' };

export function SeverityTag({ severity }: { severity: Severity }) {
  // Most events are routine; a frame around each of them would hide the others.
  if (severity === 'info') return <span className={classes.quiet}>Info</span>;
  return <Tag tone={tones[severity]}>{capital(severity)}</Tag>;
}
