// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useState } from 'react';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  /** What rows are ordered by; without it the column cannot be sorted. */
  order?: (row: Row) => bigint | string;
  isText?: boolean;
}

interface Sorting {
  column: string;
  isDescending: boolean;
}

/** A real table from 768 px up; below, one card for each row. */
export function SortableTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}) {
  const [sorting, setSorting] = useState<Sorting>();
  const order = columns.find(({ name }) => name === sorting?.column)?.order;
  const sorted = order
    ? [...rows].sort((a, b) => {
        const [left, right] = [order(a), order(b)];
        const ascending = left < right ? -1 : left > right ? 1 : 0;
        return sorting?.isDescending ? -ascending : ascending;
      })
    : rows;
  const toggle = (column: string) =>
    setSorting((known) => ({
      column,
      isDescending: known?.column === column ? !known.isDescending : true,
    }));
  const sortState = (column: Column<Row>) => {
    if (!column.order) return undefined;
    if (sorting?.column !== column.name) return 'none' as const;
    return sorting.isDescending ? ('descending' as const) : ('ascending' as const);
  };
  const [first, ...others] = columns;
  return (
    <>
      <div className="-mx-3 hidden md:block">
        <table className="w-full text-right">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr className="border-b border-line text-sm text-muted">
              {columns.map((column) => (
                <th
                  key={column.name}
                  scope="col"
                  aria-sort={sortState(column)}
                  className={`px-3 pb-2 font-normal ${column.isText ? 'text-left' : ''}`}
                >
                  {column.order ? (
                    <button
                      type="button"
                      onClick={() => toggle(column.name)}
                      className="min-h-8 rounded hover:text-ink"
                    >
                      {column.isText && column.name}
                      <span aria-hidden="true" className="mx-1 inline-block w-2.5">
                        {sortState(column) === 'descending'
                          ? '↓'
                          : sortState(column) === 'ascending'
                            ? '↑'
                            : ''}
                      </span>
                      {!column.isText && column.name}
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <tr
                key={rowKey(row)}
                className="relative border-b border-line last:border-0 has-[a]:hover:bg-sunken"
              >
                {columns.map((column) => (
                  <td
                    key={column.name}
                    className={`figures px-3 py-3.5 ${column.isText ? 'text-left' : ''}`}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="divide-y divide-line md:hidden">
        {sorted.map((row) => (
          <li key={rowKey(row)} className="relative py-4 first:pt-0 last:pb-0">
            {first?.cell(row)}
            <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2">
              {others.map((column) => (
                <div key={column.name}>
                  <dt className="text-sm text-muted">{column.name}</dt>
                  <dd className="figures">{column.cell(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}
