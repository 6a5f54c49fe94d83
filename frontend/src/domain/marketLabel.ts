// SPDX-License-Identifier: Apache-2.0

/** The name of a market for people: "tUSD Core" for the key usd_core, "tBTC" for btc. */
export function marketLabel(key: string, assetSymbol: string): string {
  const [, ...rest] = key.split('_');
  const suffix = rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  return suffix === '' ? assetSymbol : `${assetSymbol} ${suffix}`;
}
