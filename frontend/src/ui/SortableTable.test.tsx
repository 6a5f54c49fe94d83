// SPDX-License-Identifier: Apache-2.0
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { SortableTable } from './SortableTable';

const rows = [
  { name: 'b', size: 5n },
  { name: 'a', size: 9n },
  { name: 'c', size: 7n },
];
const names = () =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.firstElementChild?.textContent);

describe('SortableTable', () => {
  it('sorts down, then up, and says so', async () => {
    render(
      <SortableTable
        caption="Sizes"
        rows={rows}
        rowKey={({ name }) => name}
        columns={[
          { name: 'Name', isText: true, cell: ({ name }) => name },
          { name: 'Size', order: ({ size }) => size, cell: ({ size }) => size.toString() },
        ]}
      />,
    );
    expect(names()).toEqual(['b', 'a', 'c']);
    await userEvent.click(screen.getByRole('button', { name: /Size/ }));
    expect(names()).toEqual(['a', 'c', 'b']);
    expect(screen.getByRole('columnheader', { name: /Size/ })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await userEvent.click(screen.getByRole('button', { name: /Size/ }));
    expect(names()).toEqual(['b', 'c', 'a']);
  });
});
