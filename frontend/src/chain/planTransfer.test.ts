// SPDX-License-Identifier: Apache-2.0
import { decodeFunctionData } from 'viem';
import { describe, expect, it } from 'vitest';
import { testTokenAbi } from '../generated/testTokenAbi';
import { planTransfer } from './planTransfer';

const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const spender = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const call = { to: spender, data: '0x1234' } as const;
const action = (allowance: bigint, isPermitted = false) =>
  planTransfer({
    label: 'Supply',
    success: 'Done.',
    call,
    payments: [{ token, symbol: 'tUSD', spender, assets: 100n, allowance }],
    permitted: isPermitted ? { domain: {}, build: () => call } : undefined,
  });

describe('planTransfer', () => {
  it('sends the action alone when enough is approved', () => {
    expect(action(100n).steps).toHaveLength(1);
    expect(action(100n, true).steps).toMatchObject([{ kind: 'call' }]);
  });

  it('approves exactly what the action takes, never more', () => {
    const { steps, rehearsal } = action(99n);
    expect(steps.map(({ kind }) => kind)).toEqual(['call', 'call']);
    const { functionName, args } = decodeFunctionData({
      abi: testTokenAbi,
      data: rehearsal[0]?.data ?? '0x',
    });
    expect([functionName, args]).toEqual(['approve', [spender, 100n]]);
  });

  it('signs a permit of exactly that amount where it can', () => {
    const { steps, rehearsal } = action(0n, true);
    expect(steps).toMatchObject([{ kind: 'permit', permit: { assets: 100n, spender } }]);
    // The rehearsal has no signature, so it approves instead: same effect.
    expect(rehearsal).toHaveLength(2);
  });
});
