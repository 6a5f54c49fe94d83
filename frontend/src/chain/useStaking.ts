// SPDX-License-Identifier: Apache-2.0
import { type Address, type PublicClient, zeroAddress } from 'viem';
import { mulDivDown } from '../domain/divide';
import type { Staking, StakingReward } from '../domain/staking';
import { BPS } from '../domain/units';
import { feeCollectorAbi } from '../generated/feeCollectorAbi';
import { lensAbi } from '../generated/lensAbi';
import { stakingPoolAbi } from '../generated/stakingPoolAbi';
import { testTokenAbi } from '../generated/testTokenAbi';
import { useChain } from './ChainProvider';
import { useChainQuery } from './useChainQuery';

// Neither a token's symbol nor the length of the cooldown ever changes: asked once per visit.
const constants = new Map<string, Promise<unknown>>();

function once<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
  const known = constants.get(key) as Promise<Value> | undefined;
  if (known) return known;
  const asked = read();
  constants.set(key, asked);
  asked.catch(() => constants.delete(key));
  return asked;
}

async function tokenFacts(client: PublicClient, token: Address) {
  const contract = { address: token, abi: testTokenAbi } as const;
  const [symbol, decimals] = await once(`token ${token}`, () =>
    Promise.all([
      client.readContract({ ...contract, functionName: 'symbol' }),
      client.readContract({ ...contract, functionName: 'decimals' }),
    ]),
  );
  return { symbol, decimals: Number(decimals) };
}

/** What flows to the stakers of each token: nothing where no collector is deployed. */
async function streamRates(
  client: PublicClient,
  collector: Address | undefined,
  tokens: readonly Address[],
): Promise<Pick<StakingReward, 'ratePerSecondWad' | 'rateEndsAt'>[]> {
  if (!collector) return [];
  const contract = { address: collector, abi: feeCollectorAbi } as const;
  const [share, ...streams] = await Promise.all([
    client.readContract({ ...contract, functionName: 'staker_share_bps' }),
    ...tokens.map((token) =>
      client.readContract({ ...contract, functionName: 'stream_of', args: [token] }),
    ),
  ]);
  return streams.map(([ratePerSecondWad, rateEndsAt]) => ({
    ratePerSecondWad: mulDivDown(ratePerSecondWad, share, BPS),
    rateEndsAt,
  }));
}

/** The stake, with what an account has in it. */
export function useStaking(account: Address | undefined) {
  const { deployment } = useChain();
  const staking = deployment.contracts.StakingPool as Address;
  const pool = { address: staking, abi: stakingPoolAbi } as const;
  return useChainQuery(['staking', account ?? ''], async (client): Promise<Staking> => {
    const [view, [cooldownSeconds, windowSeconds]] = await Promise.all([
      client.readContract({
        address: deployment.contracts.Lens as Address,
        abi: lensAbi,
        functionName: 'staking',
        args: [staking, account ?? zeroAddress],
      }),
      once(`cooldown ${staking}`, () =>
        Promise.all([
          client.readContract({ ...pool, functionName: 'cooldown_seconds' }),
          client.readContract({ ...pool, functionName: 'window_seconds' }),
        ]),
      ),
    ]);
    const [facts, rates] = await Promise.all([
      Promise.all(view.reward_tokens.map((token) => tokenFacts(client, token))),
      streamRates(client, deployment.contracts.FeeCollector, view.reward_tokens),
    ]);
    return {
      staking,
      head: view.head,
      totalAssets: view.total_assets,
      totalSupply: view.total_supply,
      balance: view.balance,
      assets: view.assets,
      cooldownShares: view.cooldown_shares,
      opensAt: view.opens_at,
      closesAt: view.closes_at,
      walletAssets: view.wallet_assets,
      allowance: view.allowance,
      cooldownSeconds,
      windowSeconds,
      rewards: view.reward_tokens.map((token, index) => ({
        token,
        symbol: facts[index]?.symbol ?? '',
        decimals: facts[index]?.decimals ?? 18,
        claimable: view.claimable[index] ?? 0n,
        ratePerSecondWad: rates[index]?.ratePerSecondWad ?? 0n,
        rateEndsAt: rates[index]?.rateEndsAt ?? 0n,
      })),
    };
  });
}
