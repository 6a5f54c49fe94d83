// SPDX-License-Identifier: Apache-2.0

export type CooldownStage = 'none' | 'cooling' | 'open' | 'closed';

/** Where a cooldown stands, by the time of the chain; both ends of the window count as open. */
export function cooldownStage(
  shares: bigint,
  opensAt: bigint,
  closesAt: bigint,
  chainTime: bigint,
): CooldownStage {
  if (shares === 0n) return 'none';
  if (chainTime < opensAt) return 'cooling';
  return chainTime <= closesAt ? 'open' : 'closed';
}
