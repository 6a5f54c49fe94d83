// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { decimalText, dropDigits } from './decimalText';
import { formatAge } from './formatAge';
import { formatAmount } from './formatAmount';
import { formatDuration } from './formatDuration';
import { formatHealth } from './formatHealth';
import { formatPercent } from './formatPercent';
import { formatPoolTokens } from './formatPoolTokens';
import { formatPrice } from './formatPrice';
import { formatShare } from './formatShare';
import { formatUsd } from './formatUsd';
import { formatUsdChange } from './formatUsdChange';
import { liquidationLineText } from './liquidationLineText';
import { MAX_UINT256, WAD } from './units';

/** "12.5" in WAD. */
const wad = (text: string) => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * WAD + BigInt(fraction.padEnd(18, '0'));
};

describe('dropDigits', () => {
  it('rounds down, up and half to even', () => {
    expect(dropDigits(29n, 1, 'down')).toBe(2n);
    expect(dropDigits(21n, 1, 'up')).toBe(3n);
    expect(dropDigits(25n, 1, 'half_even')).toBe(2n);
    expect(dropDigits(35n, 1, 'half_even')).toBe(4n);
    expect(dropDigits(26n, 1, 'half_even')).toBe(3n);
  });
});

describe('decimalText', () => {
  it('groups and keeps every digit of a large number', () => {
    expect(decimalText(123_456_789_012_345_678_123n, 3, 3, 'down')).toBe(
      '123,456,789,012,345,678.123',
    );
  });
});

describe('formatAmount', () => {
  it.each([
    ['0', '0'],
    ['0.00009', '<0.0001'],
    ['0.0321987', '0.03219'],
    ['0.5', '0.50'],
    ['1', '1.00'],
    ['2.50001', '2.50'],
    ['2.5001', '2.5001'],
    ['12.3456789', '12.3456'],
    ['100.129', '100.12'],
    ['1234567.891', '1,234,567.89'],
  ])('%s reads %s', (value, shown) => {
    expect(formatAmount(wad(value), 18)).toBe(shown);
  });

  it('rounds what somebody owes up', () => {
    expect(formatAmount(wad('100.121'), 18, 'up')).toBe('100.13');
    expect(formatAmount(100_000_001n, 6, 'up')).toBe('100.01');
  });
});

describe('formatUsd', () => {
  it('has two decimals, compact only in lists and only from 100,000 up', () => {
    expect(formatUsd(0n)).toBe('$0.00');
    expect(formatUsd(wad('0.001'))).toBe('<$0.01');
    expect(formatUsd(wad('99999.999'), { compact: true })).toBe('$99,999.99');
    expect(formatUsd(wad('123456.7'), { compact: true })).toBe('$123.45k');
    expect(formatUsd(wad('1234567'), { compact: true })).toBe('$1.23M');
    expect(formatUsd(wad('2500000000'), { compact: true })).toBe('$2.50B');
    expect(formatUsd(wad('1234567'))).toBe('$1,234,567.00');
  });
});

describe('formatPercent', () => {
  it('shows a dash for the unknown and never 0 for the small', () => {
    expect(formatPercent(undefined)).toBe('—');
    expect(formatPercent(0n)).toBe('0.00%');
    expect(formatPercent(1n)).toBe('<0.01%');
    expect(formatPercent(wad('0.0325'))).toBe('3.25%');
    expect(formatPercent(wad('11'))).toBe('>1,000%');
  });
});

describe('formatHealth', () => {
  it('rounds down, and more finely where it is close', () => {
    expect(formatHealth(wad('1.999'))).toBe('1.99');
    expect(formatHealth(wad('1.09999'))).toBe('1.0999');
    expect(formatHealth(wad('0.99999'))).toBe('0.9999');
    expect(formatHealth(MAX_UINT256)).toBe('no debt');
  });
});

describe('formatPrice', () => {
  it.each([
    ['0', '0'],
    ['63412.9', '63,413'],
    ['2431.081', '2,431.08'],
    ['1', '1.0000'],
    ['0.000412345', '0.0004123'],
  ])('%s reads %s', (value, shown) => {
    expect(formatPrice(wad(value))).toBe(shown);
  });
});

describe('formatDuration', () => {
  it('uses the two largest units and is never negative', () => {
    expect(formatDuration(-5n)).toBe('0 s');
    expect(formatDuration(45n)).toBe('45 s');
    expect(formatDuration(8_040n)).toBe('2 h 14 min');
    expect(formatDuration(259_200n)).toBe('3 d');
    expect(formatDuration(90_061n)).toBe('1 d 1 h');
  });
});

describe('formatPoolTokens', () => {
  it('keeps four significant digits of however little', () => {
    expect(formatPoolTokens(wad('0.0000091223'))).toBe('0.000009122');
    expect(formatPoolTokens(1n)).toBe('0.000000000000000001');
    expect(formatPoolTokens(wad('1.5'))).toBe('1.50');
    expect(formatPoolTokens(0n)).toBe('0');
  });
});

describe('formatShare', () => {
  it('shows a small part of a large pool, rounded down', () => {
    expect(formatShare(wad('0.5'))).toBe('50.00%');
    expect(formatShare(wad('0.0000867'))).toBe('0.0086%');
    expect(formatShare(wad('0.00000000001'))).toBe('<0.000001%');
    expect(formatShare(0n)).toBe('0.00%');
  });
});

describe('formatUsdChange', () => {
  it('always has a sign, and a loss is rounded up', () => {
    expect(formatUsdChange(wad('12.349'))).toBe('+$12.34');
    expect(formatUsdChange(-wad('12.341'))).toBe('−$12.35');
    expect(formatUsdChange(0n)).toBe('$0.00');
  });
});

describe('formatAge', () => {
  it('says the largest unit alone', () => {
    expect(formatAge(1_359n)).toBe('22 min ago');
    expect(formatAge(0n)).toBe('0 s ago');
  });
});

describe('liquidationLineText', () => {
  it('says the price and how far away it is', () => {
    const line = { kind: 'price', base: 'tETH', quote: 'tUSD', nowWad: wad('3000') } as const;
    expect(
      liquidationLineText({
        ...line,
        priceWad: wad('1875'),
        direction: 'falls',
        changeWad: wad('0.375'),
      }),
    ).toBe('1 tETH = 1,875.00 tUSD (−37.50%)');
    expect(
      liquidationLineText({
        ...line,
        priceWad: wad('4500'),
        direction: 'rises',
        changeWad: wad('0.5'),
      }),
    ).toBe('1 tETH = 4,500.00 tUSD (+50.00%)');
    expect(liquidationLineText({ kind: 'all', changeWad: wad('0.2') })).toBe(
      'all collateral −20.00%',
    );
    expect(liquidationLineText(undefined)).toBe('—');
  });
});
