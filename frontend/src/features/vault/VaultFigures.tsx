// SPDX-License-Identifier: Apache-2.0
import { decimalText } from '../../domain/decimalText';
import { formatPercent } from '../../domain/formatPercent';
import { formatPoolTokens } from '../../domain/formatPoolTokens';
import { formatUsd } from '../../domain/formatUsd';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import type { Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { sharePriceWadDown } from '../../domain/sharePrice';
import { strategyRateWad } from '../../domain/strategyRate';
import type { TokenPrices } from '../../domain/tokenPrices';
import type { Vault } from '../../domain/vault';
import { vaultHolding } from '../../domain/vaultHolding';
import { vaultRateWad } from '../../domain/vaultRate';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** A vault's size, share price and rates, and what of it is yours. */
export function VaultFigures({
  vault,
  markets,
  prices,
  chainTime,
}: {
  vault: Vault;
  markets: readonly Market[];
  prices: TokenPrices;
  chainTime: bigint;
}) {
  const { decimals, assetSymbol, balance } = vault;
  const priceWad = sharePriceWadDown(vault.totalAssets, vault.totalSupply);
  const unlockingWad = vaultRateWad(
    vault.profitUnlockingRate,
    vault.fullProfitUnlockDate,
    vault.totalSupply,
    chainTime,
  );
  const price = prices[vault.asset];
  const usd = (assets: bigint) =>
    price === undefined
      ? undefined
      : formatUsd(valueUsdWadDown(assets, price, decimals), { compact: true });
  const total = formatVaultAssets(vault, vault.totalAssets);
  // More decimals than elsewhere: a deposit is seen to grow.
  const held = vaultHolding(vault);
  const heldText = vault.isOfPoolTokens
    ? formatPoolTokens(held)
    : decimalText(held, decimals, Math.min(decimals, 8), 'down');
  return (
    <StatRow>
      <Stat
        name="In the vault"
        value={usd(vault.totalAssets) ?? total}
        note={price === undefined ? undefined : total}
      />
      <Stat
        name="Earning now"
        value={formatPercent(strategyRateWad(vault, markets))}
        note="APR, before fees"
        explanation="What the markets that this vault lends to pay at this moment, weighted by what it has in each. It reaches the share price with the next reports. Trading fees of pools have no rate that could be promised: then this is a dash."
      />
      <Stat
        name="Unlocking now"
        value={formatPercent(unlockingWad)}
        note="APR, after fees"
        explanation="How fast the share price rises at this moment, from profit that was reported and is unlocked second by second. It is 0 between the end of one profit and the next report."
      />
      <Stat
        name="Share price"
        value={<span data-testid="share-price">{decimalText(priceWad, 18, 8, 'down')}</span>}
        note={`${assetSymbol} for one share`}
        explanation="What one share can be exchanged for. It started at 1 and rises as profit unlocks, second by second."
      />
      {balance > 0n && (
        <Stat
          name="Your deposit"
          value={<span data-testid="vault-deposit">{heldText}</span>}
          note={assetSymbol}
        />
      )}
    </StatRow>
  );
}
