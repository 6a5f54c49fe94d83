// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import { testTokenAbi } from '../generated/testTokenAbi';
import { useChainQuery } from './useChainQuery';

export interface TokenHolding {
  balance: bigint;
  allowance: bigint;
}

/** Balances of an account, and what it lets `spender` take, by token. */
export function useTokenBalances(
  account: Address | undefined,
  tokens: readonly Address[],
  spender: Address,
) {
  return useChainQuery(
    ['holdings', account ?? '', spender, ...tokens],
    async (client): Promise<Record<Address, TokenHolding>> => {
      const owner = account as Address;
      const entries = tokens.map(async (token) => {
        const contract = { address: token, abi: testTokenAbi } as const;
        const [balance, allowance] = await Promise.all([
          client.readContract({ ...contract, functionName: 'balanceOf', args: [owner] }),
          client.readContract({ ...contract, functionName: 'allowance', args: [owner, spender] }),
        ]);
        return [token, { balance, allowance }] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    { isEnabled: account !== undefined && tokens.length > 0, keepsPrevious: true },
  );
}
