// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Call } from '../../chain/plan';
import { flagOfAction, type Grant } from '../../domain/grant';
import type { HexAddress } from '../../domain/market';
import { accountsAbi } from '../../generated/accountsAbi';
import { operatorsAbi } from '../../generated/operatorsAbi';

/** As a step of a batch: the account layer then knows also who has never been there. */
export function grantCall(
  accounts: HexAddress,
  operators: HexAddress,
  owner: HexAddress,
  grant: Grant,
): Call {
  const data = encodeFunctionData({
    abi: operatorsAbi,
    functionName: 'grant',
    args: [
      owner,
      grant.operator,
      flagOfAction(grant.action),
      grant.pool,
      {
        assets: grant.assets,
        receiver: grant.receiver,
        expires_at: grant.expiresAt,
        min_health_wad: grant.minHealthWad,
      },
    ],
  });
  const calls = [{ target: operators, account: owner, data }];
  return {
    to: accounts,
    data: encodeFunctionData({ abi: accountsAbi, functionName: 'batch', args: [calls] }),
  };
}
