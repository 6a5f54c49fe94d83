// SPDX-License-Identifier: Apache-2.0
import { decimalText } from '../../domain/decimalText';
import { mulDivDown } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { sharePriceWadDown } from '../../domain/sharePrice';
import { WAD } from '../../domain/units';
import type { Vault } from '../../domain/vault';
import { vaultRateWad } from '../../domain/vaultRate';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** A vault's size, share price and rate, and what of it is yours. */
export function VaultFigures({ vault, chainTime }: { vault: Vault; chainTime: bigint }) {
  const { decimals, assetSymbol, balance } = vault;
  const priceWad = sharePriceWadDown(vault.totalAssets, vault.totalSupply);
  // The product keeps two digits more than the token has: a deposit is seen to grow.
  const scale = 100n;
  const held = mulDivDown(balance * scale, priceWad, WAD);
  const heldDecimals = Math.min(decimals + 2, 8);
  return (
    <StatRow>
      <Stat
        name="In the vault"
        value={`${formatAmount(vault.totalAssets, decimals)} ${assetSymbol}`}
      />
      <Stat
        name="Share price"
        value={<span data-testid="share-price">{decimalText(priceWad, 18, 8, 'down')}</span>}
        note={`${assetSymbol} for one share`}
        explanation="What one share can be exchanged for. It started at 1 and rises as profit unlocks, second by second."
      />
      <Stat
        name="APR now"
        value={formatPercent(
          vaultRateWad(
            vault.profitUnlockingRate,
            vault.fullProfitUnlockDate,
            vault.totalSupply,
            chainTime,
          ),
        )}
        explanation="How fast the share price rises at this moment, from profit that was reported and is being unlocked; without compounding, after fees. It pauses when all of it is unlocked, until the next report."
      />
      {balance > 0n && (
        <Stat
          name="Your deposit"
          value={
            <span data-testid="vault-deposit">
              {decimalText(held, decimals + 2, heldDecimals, 'down')}
            </span>
          }
          note={assetSymbol}
        />
      )}
    </StatRow>
  );
}
