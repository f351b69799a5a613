import { useRows } from '@/shared/api/paging';
import type { Import } from '@/shared/api/types';
import { count } from '@/shared/format/number';
import type { Column } from '@/shared/ui/data-grid/types';
import { ListCard } from '@/shared/ui/list-card';
import { Empty } from '@/shared/ui/states';
import { TimeText } from '@/shared/ui/time-text';
import { fetchImports } from '../api/system';

const columns: readonly Column<Import>[] = [
  { id: 'at', header: 'Time', width: '144px', cell: (row) => <TimeText at={row.at} plain /> },
  { id: 'kind', header: 'Kind', width: '110px', cell: (row) => row.kind },
  { id: 'file', header: 'File', width: 'minmax(200px, 1fr)', cell: (row) => <span title={row.file}>{row.file}</span> },
  { id: 'lines', header: 'Lines', width: '90px', align: 'end', cell: (row) => count(row.lines) },
  { id: 'mapped', header: 'Stored', width: '90px', align: 'end', cell: (row) => count(row.mapped) },
  { id: 'rejected', header: 'Rejected', width: '90px', align: 'end', cell: (row) => count(row.rejected) },
];

export function ImportsTab() {
  const list = useRows<Import>({ key: ['imports'], fetch: fetchImports });
  return (
    <ListCard
      label="Imports" what="imports" list={list} columns={columns} rowKey={(row) => `${row.at} ${row.file}`}
      empty={<Empty title="Nothing was imported" hint={<>Logs of other sensors come in by <code>decnet import KIND FILE</code></>} />}
    />
  );
}
