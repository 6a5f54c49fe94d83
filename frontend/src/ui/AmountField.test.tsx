// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { AmountField } from './AmountField';
import { useAmount } from './useAmount';

function Form() {
  const { text, setText, assets } = useAmount(6);
  return (
    <>
      <AmountField
        label="Amount"
        symbol="tUSD"
        decimals={6}
        text={text}
        onText={setText}
        max={1_234_567_891n}
      />
      <output>{assets?.toString() ?? 'none'}</output>
    </>
  );
}

describe('AmountField', () => {
  it('reads a comma and says how it read it', async () => {
    render(<Form />);
    await userEvent.type(screen.getByLabelText('Amount'), '0,5');
    expect(screen.getByRole('status')).toHaveTextContent('500000');
    expect(screen.getByText('Read as 0.5 tUSD.')).toBeInTheDocument();
  });

  it('fills in every digit of the most, by keyboard too', async () => {
    render(<Form />);
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    expect(screen.getByLabelText('Amount')).toHaveValue('1234.567891');
  });

  it('ties the fault to the field', async () => {
    render(<Form />);
    const field = screen.getByLabelText('Amount');
    await userEvent.type(field, '1,234');
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(/two ways/);
    expect(screen.getByRole('status')).toHaveTextContent('none');
  });
});
