// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData, isAddress } from 'viem';
import { useChain } from '../../chain/ChainProvider';
import type { Call } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useChainTime } from '../../chain/useChainTime';
import { useFlow } from '../../chain/useFlow';
import { expiryAfter } from '../../domain/expiryAfter';
import {
  flagOfAction,
  GRANT_ACTIONS,
  type Grant,
  type GrantAction,
  movesNothing,
  paysOut,
} from '../../domain/grant';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import { parseAmount } from '../../domain/parseAmount';
import { accountsAbi } from '../../generated/accountsAbi';
import { operatorsAbi } from '../../generated/operatorsAbi';
import { AmountField } from '../../ui/AmountField';
import { Choice } from '../../ui/Choice';
import { FlowPanel } from '../../ui/FlowPanel';
import { useAmount } from '../../ui/useAmount';
import { AddressField } from './AddressField';
import { actionWords } from './grantWords';

const DAYS_CHOICES = [1n, 7n, 30n, 365n] as const;
const WAD_DECIMALS = 18;
const LOWEST_HEALTH = '1.25';

/** Lets somebody, a bot say, do one thing on one market, within bounds. */
export function GrantForm({
  owner,
  account,
  markets,
  operators,
  onDone,
}: {
  owner: HexAddress;
  account: AccountPositions;
  markets: readonly Market[];
  operators: HexAddress;
  onDone: (success: string) => void;
}) {
  const chainTime = useChainTime();
  const [operator, setOperator] = useState('');
  const [action, setAction] = useState<GrantAction>('repay');
  const [pool, setPool] = useState(account.debtPool ?? markets[0]?.pool);
  const [isPaidToOperator, setIsPaidToOperator] = useState(false);
  const [days, setDays] = useState<bigint>(7n);
  const [health, setHealth] = useState(LOWEST_HEALTH);
  const market = markets.find((each) => each.pool === pool) ?? markets[0];
  const { text, setText, assets } = useAmount(market?.decimals ?? 0);
  if (!market) return null;

  const isRisky = paysOut(action) || action === 'unpledge';
  const floor = parseAmount(health, WAD_DECIMALS);
  const isOwn = operator.toLowerCase() === owner.toLowerCase();
  const isComplete = (movesNothing(action) || assets) && (!isRisky || floor.ok);
  const grant: Grant | undefined =
    isAddress(operator) && !isOwn && isComplete
      ? {
          operator,
          action,
          pool: market.pool,
          assets: movesNothing(action) ? 0n : (assets ?? 0n),
          receiver: isPaidToOperator ? operator : owner,
          expiresAt: expiryAfter(chainTime, days),
          minHealthWad: isRisky && floor.ok ? floor.baseUnits : 0n,
        }
      : undefined;
  return (
    <div className="mt-5">
      <AddressField
        label="Who"
        text={operator}
        onText={setOperator}
        problem={isOwn ? 'This is you: you need no permission.' : undefined}
      />
      <Choice
        name="May"
        options={GRANT_ACTIONS.map((each) => ({ value: each, label: actionWords[each] }))}
        chosen={action}
        onChoose={setAction}
      />
      <Choice
        name="On"
        options={markets.map((each) => ({ value: each.pool, label: each.label }))}
        chosen={market.pool}
        onChoose={setPool}
      />
      <Choice
        name="For"
        options={DAYS_CHOICES.map((each) => ({
          value: each,
          label: each === 365n ? '1 year' : each === 1n ? '1 day' : `${each} days`,
        }))}
        chosen={days}
        onChoose={setDays}
      />
      {paysOut(action) && (
        <Choice
          name="Paid to"
          explanation="The operator does not choose whom it pays: the permission does."
          options={[
            { value: 'you', label: 'you' },
            { value: 'operator', label: 'the operator' },
          ]}
          chosen={isPaidToOperator ? 'operator' : 'you'}
          onChoose={(receiver) => setIsPaidToOperator(receiver === 'operator')}
        />
      )}
      <div className="grid gap-x-8 sm:grid-cols-2">
        {!movesNothing(action) && (
          <AmountField
            label="At most, in all"
            symbol={market.symbol}
            decimals={market.decimals}
            text={text}
            onText={setText}
          />
        )}
        {isRisky && (
          <AmountField
            label="Leaving a health of at least"
            symbol=""
            decimals={WAD_DECIMALS}
            text={health}
            onText={setHealth}
          />
        )}
      </div>
      <GiveGrant
        grant={grant}
        market={market}
        owner={owner}
        allowance={account.positions.find((each) => each.pool === market.pool)?.allowance ?? 0n}
        operators={operators}
        onDone={onDone}
      />
    </div>
  );
}

/** Sends the grant; where its operator pays in from the wallet, after an approval. */
function GiveGrant({
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
  const label = 'Give this permission';
  const success = 'The permission is given.';
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

/** As a step of a batch: the account layer then knows also who has never been there. */
function grantCall(
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
