// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { isAddress } from 'viem';
import { useChainTime } from '../../chain/useChainTime';
import { expiryAfter } from '../../domain/expiryAfter';
import {
  GRANT_ACTIONS,
  type Grant,
  type GrantAction,
  movesNothing,
  paysOut,
} from '../../domain/grant';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import { parseAmount } from '../../domain/parseAmount';
import { AmountField } from '../../ui/AmountField';
import { Choice } from '../../ui/Choice';
import { useAmount } from '../../ui/useAmount';
import { AddressField } from './AddressField';
import { GiveGrant } from './GiveGrant';
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
        label="Operator"
        text={operator}
        onText={setOperator}
        problem={isOwn ? 'This is you: you need no grant.' : undefined}
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
          explanation="The operator does not choose whom it pays: the grant does."
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
