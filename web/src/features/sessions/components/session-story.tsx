import type { SessionDetail } from '@/shared/api/types';
import { bytes, plural } from '@/shared/format/number';
import { kindWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import { DetailSection } from '@/shared/ui/detail';
import { Tag } from '@/shared/ui/tag';
import { ValueChip } from '@/shared/ui/value-chip';
import { position } from '../model/moments';
import classes from './session-story.module.css';

const kShown = 50;

function Rows<T extends { seq: number; offset_ms: number }>({ label, rows, children }: { label: string; rows: readonly T[]; children: (row: T) => React.ReactNode }) {
  return (
    <>
      <ol className={classes.rows} aria-label={label}>
        {rows.slice(0, kShown).map((row) => (
          <li key={row.seq} className={classes.row}>
            <span className={classes.at}>{position(row.offset_ms / 1000)}</span>
            {children(row)}
          </li>
        ))}
      </ol>
      {rows.length > kShown && <p className="dim">and {rows.length - kShown} more, among the events</p>}
    </>
  );
}

// What happened in a session, without its recording: logins, commands, files and URLs.
export function SessionStory({ session }: { session: SessionDetail }) {
  const { login_list: logins, command_list: commands, file_list: files, urls } = session;
  return (
    <>
      {logins.length > 0 && (
        <DetailSection title={plural(logins.length, 'login')}>
          <Rows label="Logins" rows={logins}>
            {(row) => (
              <>
                <AttackerText text={row.principal} limit={80} mono /> <span className="dim">{row.secret} ({kindWord(row.secret_kind)})</span>
                {row.outcome === 'accepted' ? <Tag tone="amber">Accepted</Tag> : <span className="dim">{row.outcome ?? 'outcome unknown'}</span>}
              </>
            )}
          </Rows>
        </DetailSection>
      )}
      {commands.length > 0 && (
        <DetailSection title={plural(commands.length, 'command')}>
          <Rows label="Commands" rows={commands}>
            {(row) => (
              <>
                <AttackerText text={row.command} limit={600} mono wrap />
                {row.exit_status !== null && row.exit_status !== '0' && <Tag>exit {row.exit_status}</Tag>}
              </>
            )}
          </Rows>
        </DetailSection>
      )}
      {files.length > 0 && (
        <DetailSection title={plural(files.length, 'file')}>
          <Rows label="Files" rows={files}>
            {(row) => (
              <>
                <AttackerText text={row.path || row.name} limit={200} mono wrap /> <span className="dim">{bytes(row.size)}</span>
                <ValueChip field="hash" value={row.sha256} mono>{row.sha256.slice(0, 10)}</ValueChip>
              </>
            )}
          </Rows>
        </DetailSection>
      )}
      {urls.length > 0 && (
        <DetailSection title={plural(urls.length, 'URL')}>
          <ul className={classes.rows} aria-label="URLs">
            {urls.slice(0, kShown).map((url) => (
              <li key={url} className={classes.row}><AttackerText text={url} limit={400} mono wrap /></li>
            ))}
          </ul>
        </DetailSection>
      )}
    </>
  );
}
