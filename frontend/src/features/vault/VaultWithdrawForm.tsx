// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { minusOrZero } from '../../domain/divide';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import { formatVaultNumber } from '../../domain/formatVaultNumber';
import { isNearlyAll } from '../../domain/isNearlyAll';
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

/** A strategy may round against the vault by a unit; more than a basis point is not accepted. */
const MAX_LOSS_BPS = 1n;

/** Take assets out of a vault. */
export function VaultWithdrawForm({
  vault,
  owner,
}: {
  vault: Vault;
  owner: HexAddress | undefined;
}) {
  const { text, setText, assets, clear } = useAmount(vault.decimals);
  const shown = (value: bigint) => formatVaultAssets(vault, value);
  const held = vaultHolding(vault);
  const problem =
    assets && owner && assets > vault.maxWithdraw
      ? `At most ${shown(vault.maxWithdraw)} can leave now.`
      : undefined;
  const valid = problem ? undefined : assets;
  // The whole deposit goes by shares, so that nothing is left behind.
  const isAll =
    valid !== undefined && isNearlyAll(valid, held) && isNearlyAll(vault.maxWithdraw, held);
  const amount = isAll ? 'everything' : assets ? shown(assets) : vault.assetSymbol;
  const plan = valid && owner ? withdrawPlan(valid, owner) : undefined;

  function withdrawPlan(taken: bigint, receiver: HexAddress): Plan {
    const data = isAll
      ? encodeFunctionData({
          abi: yieldVaultAbi,
          functionName: 'redeem',
          args: [vault.balance, receiver, receiver, MAX_LOSS_BPS],
        })
      : encodeFunctionData({
          abi: yieldVaultAbi,
          functionName: 'withdraw',
          args: [taken, receiver, receiver, MAX_LOSS_BPS],
        });
    const call = { to: vault.vault, data };
    return {
      steps: [{ kind: 'call', label: `Withdraw ${amount}`, call }],
      rehearsal: [call],
      success: `You withdrew ${amount}.`,
    };
  }

  const flow = useFlow(plan, clear);
  return (
    <div>
      <AmountField
        label="Amount to withdraw"
        symbol={vault.assetSymbol}
        decimals={vault.decimals}
        text={text}
        onText={setText}
        max={owner && vault.maxWithdraw}
        maxLabel="Can leave now"
        shown={(value) => formatVaultNumber(vault, value)}
        problem={problem}
      />
      <Review>
        <BeforeAfter
          name="Your deposit"
          before={shown(held)}
          after={valid && shown(isAll ? 0n : minusOrZero(held, valid))}
        />
      </Review>
      <FlowPanel
        flow={flow}
        label={`Withdraw ${amount}`}
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : vault.balance === 0n && flow.phase !== 'done' ? (
            'You have nothing in this vault.'
          ) : undefined
        }
      />
    </div>
  );
}
