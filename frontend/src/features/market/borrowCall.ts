// SPDX-License-Identifier: Apache-2.0
import { type Address, encodeFunctionData } from 'viem';
import type { Call } from '../../chain/plan';
import { accountsAbi } from '../../generated/accountsAbi';
import { lendingPoolAbi } from '../../generated/lendingPoolAbi';

/** One transaction that pledges what is missing and borrows; health is checked at its end. */
export function borrowCall(
  accounts: Address,
  pool: Address,
  owner: Address,
  assets: bigint,
  newPledges: readonly Address[],
): Call {
  const borrow = encodeFunctionData({
    abi: lendingPoolAbi,
    functionName: 'borrow',
    args: [assets, owner],
  });
  if (newPledges.length === 0) return { to: pool, data: borrow };
  const pledges = newPledges.map((collateralPool) => ({
    target: accounts,
    account: owner,
    data: encodeFunctionData({
      abi: accountsAbi,
      functionName: 'pledge',
      args: [owner, collateralPool],
    }),
  }));
  const calls = [...pledges, { target: pool, account: owner, data: borrow }];
  return {
    to: accounts,
    data: encodeFunctionData({ abi: accountsAbi, functionName: 'batch', args: [calls] }),
  };
}
