import { useRows } from '@/shared/api/paging';
import { useMay } from '@/shared/api/session';
import type { Rejected } from '@/shared/api/types';
import { plainWord } from '@/shared/format/words';
import { AttackerText } from '@/shared/ui/attacker-text';
import type { Column } from '@/shared/ui/data-grid/types';
import { ListCard } from '@/shared/ui/list-card';
import { Empty, Forbidden } from '@/shared/ui/states';
import { TimeText } from '@/shared/ui/time-text';
import { fetchRejected } from '../api/system';

const columns: readonly Column<Rejected>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'source', header: 'From', width: '130px', cell: (row) => <AttackerText text={row.source} limit={80} /> },
  { id: 'reason', header: 'Reason', width: 'minmax(160px, 1fr)', cell: (row) => plainWord(row.reason) },
  { id: 'line', header: 'Line', width: 'minmax(280px, 3fr)', cell: (row) => <AttackerText text={row.line} limit={400} mono /> },
];

export function RejectedTab() {
  const may = useMay('admin');
  const list = useRows<Rejected>({ key: ['rejected'], fetch: fetchRejected, enabled: may });
  if (!may) return <Forbidden need="admin" />;
  return (
    <ListCard
      label="Rejected lines" what="rejected lines" list={list} columns={columns} rowKey={(row) => String(row.seq)}
      actions={{ copy: (row) => row.line }}
      empty={<Empty title="No line was ever rejected" hint="A line that cannot be stored is kept here with its reason; it never stops the others." />}
    />
  );
}
