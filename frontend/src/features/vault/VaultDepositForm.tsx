// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { minusOrZero, smaller } from '../../domain/divide';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import { formatVaultNumber } from '../../domain/formatVaultNumber';
import type { HexAddress } from '../../domain/market';
import type { Vault } from '../../domain/vault';
import { vaultHolding } from '../../domain/vaultHolding';
import { yieldVaultAbi } from '../../generated/yieldVaultAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';

/** Put assets into a vault. */
export function VaultDepositForm({
  vault,
  owner,
}: {
  vault: Vault;
  owner: HexAddress | undefined;
}) {
  const { text, setText, assets, clear } = useAmount(vault.decimals);
  const room = minusOrZero(vault.depositLimit, vault.totalAssets);
  const shown = (value: bigint) => formatVaultAssets(vault, value);
  const problem =
    assets && owner && assets > vault.walletAssets
      ? `Your wallet holds ${shown(vault.walletAssets)}.`
      : assets && assets > room
        ? `The vault takes ${shown(room)} more before its limit.`
        : undefined;
  const valid = problem ? undefined : assets;
  const amount = assets ? shown(assets) : vault.assetSymbol;
  const plan: Plan | undefined =
    valid && owner
      ? planTransfer({
          label: `Deposit ${amount}`,
          success: `You deposited ${amount}.`,
          payments: [
            {
              token: vault.asset,
              symbol: vault.assetSymbol,
              spender: vault.vault,
              assets: valid,
              allowance: vault.allowance,
            },
          ],
          call: {
            to: vault.vault,
            data: encodeFunctionData({
              abi: yieldVaultAbi,
              functionName: 'deposit',
              args: [valid, owner],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  const one = 10n ** BigInt(vault.decimals);
  const held = vaultHolding(vault);
  return (
    <div>
      <AmountField
        label="Amount to deposit"
        symbol={vault.assetSymbol}
        decimals={vault.decimals}
        text={text}
        onText={setText}
        max={owner && smaller(vault.walletAssets, room)}
        maxLabel="In your wallet"
        shown={(value) => formatVaultNumber(vault, value)}
        problem={problem}
      />
      <Review>
        <BeforeAfter
          name="Your deposit"
          before={shown(held)}
          after={valid && shown(held + valid)}
        />
        <BeforeAfter
          name="Shares you get"
          after={
            valid && vault.pricePerShare > 0n
              ? formatVaultNumber(vault, (valid * one) / vault.pricePerShare)
              : '—'
          }
          explanation="Your part of the vault. Each share is worth more as the vault earns."
        />
      </Review>
      <FlowPanel
        flow={flow}
        label={`Deposit ${amount}`}
        blocker={owner ? undefined : <ConnectPrompt />}
      />
    </div>
  );
}
