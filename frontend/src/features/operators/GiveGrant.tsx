// SPDX-License-Identifier: Apache-2.0
import { useChain } from '../../chain/ChainProvider';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import type { Grant } from '../../domain/grant';
import type { HexAddress, Market } from '../../domain/market';
import { FlowPanel } from '../../ui/FlowPanel';
import { grantCall } from './grantCall';

/** Sends the grant; where its operator pays in from the wallet, after an approval. */
export function GiveGrant({
  grant,
  market,
  owner,
  allowance,
  operators,
  onDone,
}: {
  grant: Grant | undefined;
  market: Market;
  owner: HexAddress;
  allowance: bigint;
  operators: HexAddress;
  onDone: (success: string) => void;
}) {
  const { deployment } = useChain();
  const label = 'Grant this';
  const success = 'It is granted.';
  const paysIn = grant?.action === 'supply' || grant?.action === 'repay';
  const payment = {
    token: market.asset,
    symbol: market.symbol,
    spender: market.pool,
    assets: grant?.assets ?? 0n,
    allowance,
  };
  const plan =
    grant &&
    planTransfer({
      label,
      success,
      payments: paysIn ? [payment] : [],
      call: grantCall(deployment.contracts.Accounts as HexAddress, operators, owner, grant),
    });
  const flow = useFlow(plan, () => onDone(success));
  return <FlowPanel flow={flow} label={label} />;
}
