// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { exactText } from './decimalText';
import { parseAmount } from './parseAmount';

const read = (text: string, decimals = 6) => {
  const parsed = parseAmount(text, decimals);
  return parsed.ok ? parsed.baseUnits : parsed.issue;
};

describe('parseAmount', () => {
  it.each([
    ['1', 1_000_000n],
    ['0.5', 500_000n],
    ['0,5', 500_000n],
    ['1,5', 1_500_000n],
    ['.25', 250_000n],
    ['1,000.25', 1_000_250_000n],
    ['1.000,25', 1_000_250_000n],
    ['1 234.5', 1_234_500_000n],
    ["1'234.5", 1_234_500_000n],
    ['1\u00a0234,5', 1_234_500_000n],
    ['1,234,567', 1_234_567_000_000n],
    ['1.234.567', 1_234_567_000_000n],
    ['1.234', 1_234_000n],
    ['0,123', 123_000n],
    ['007', 7_000_000n],
    ['1.500000000', 1_500_000n],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['abc', 'not_a_number'],
    ['-1', 'not_a_number'],
    ['1e18', 'not_a_number'],
    ['.', 'not_a_number'],
    ['1,00.5', 'not_a_number'],
    ['12,34,567', 'not_a_number'],
    ['1.2.3', 'not_a_number'],
    ['1,234', 'ambiguous'],
    ['0.1234567', 'too_many_decimals'],
    ['9'.repeat(80), 'too_large'],
  ])('refuses "%s" as %s', (text, issue) => {
    expect(read(text)).toBe(issue);
  });

  it('refuses what no uint256 holds', () => {
    const most = 2n ** 256n - 1n;
    expect(read(most.toString(), 0)).toBe(most);
    expect(read((most + 1n).toString(), 0)).toBe('too_large');
  });

  it('reads back what exactText writes', () => {
    for (const value of [0n, 1n, 999n, 10n ** 18n, 123_456_789_012_345_678_901n])
      for (const decimals of [0, 6, 8, 18])
        expect(read(exactText(value, decimals), decimals)).toBe(value);
  });
});
