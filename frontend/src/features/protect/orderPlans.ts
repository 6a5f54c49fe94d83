// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Call, Plan, PlanStep } from '../../chain/plan';
import { formatAmount } from '../../domain/formatAmount';
import { formatDateTime } from '../../domain/formatDateTime';
import { flagOfAction, type GrantKey, isSameGrant } from '../../domain/grant';
import type { Market } from '../../domain/market';
import { flagOfKind, type Order, type OrderTerms } from '../../domain/order';
import { grantForOrders, isCovered, orderAction } from '../../domain/orderGrant';
import { operatorsAbi } from '../../generated/operatorsAbi';
import { ordersAbi } from '../../generated/ordersAbi';
import { testTokenAbi } from '../../generated/testTokenAbi';
import type { ProtectContext } from './ProtectContext';

type CallStep = Extract<PlanStep, { kind: 'call' }>;

/** The grant that an order needs, by its key. */
export function grantKeyOf(
  order: Pick<OrderTerms, 'kind' | 'pool'>,
  { contracts, account }: Pick<ProtectContext, 'contracts' | 'account'>,
): GrantKey {
  const action = orderAction(order, account.debtPool);
  return { operator: contracts.orders, action, pool: order.pool };
}

/** Of the orders that stand, those that need the same grant as `order`, without it. */
export function othersWith(order: OrderTerms | Order, context: ProtectContext): Order[] {
  const key = grantKeyOf(order, context);
  const id = 'id' in order ? order.id : undefined;
  return context.orders.filter(
    (other) =>
      other.id !== id &&
      other.expiresAt > context.chainTime &&
      isSameGrant(grantKeyOf(other, context), key),
  );
}

/** What is still missing for `order` to run: an approval for what it pays in, and the grant. */
function missingSteps(order: OrderTerms, market: Market, context: ProtectContext): CallStep[] {
  const { owner, account, grants, contracts } = context;
  const key = grantKeyOf(order, context);
  const sharing = [...othersWith(order, context), order];
  const bounds = grantForOrders(sharing, key.action, contracts.orders);
  const shown = `${formatAmount(bounds.assets, market.decimals, 'up')} ${market.symbol}`;
  const steps: CallStep[] = [];
  const allowance = account.positions.find(({ pool }) => pool === market.pool)?.allowance ?? 0n;
  if (order.kind === 'top_up' && allowance < bounds.assets)
    steps.push({
      kind: 'call',
      label: `Approve exactly ${shown} for the market`,
      call: {
        to: market.asset,
        data: encodeFunctionData({
          abi: testTokenAbi,
          functionName: 'approve',
          args: [market.pool, bounds.assets],
        }),
      },
    });
  const grant = grants.find((each) => isSameGrant(each, key));
  if (!isCovered(grant, bounds))
    steps.push({
      kind: 'call',
      label: `Let orders ${MOVES[order.kind]} at most ${shown}, until ${formatDateTime(bounds.expiresAt)}`,
      call: {
        to: contracts.operators,
        data: encodeFunctionData({
          abi: operatorsAbi,
          functionName: 'grant',
          args: [
            owner,
            key.operator,
            flagOfAction(key.action),
            key.pool,
            {
              assets: bounds.assets,
              receiver: bounds.receiver,
              expires_at: bounds.expiresAt,
              min_health_wad: bounds.minHealthWad,
            },
          ],
        }),
      },
    });
  return steps;
}

const MOVES: Record<OrderTerms['kind'], string> = {
  stop_loss: 'sell',
  take_profit: 'sell',
  top_up: 'pay in',
};

const planOf = (steps: readonly CallStep[], success: string): Plan => ({
  steps,
  rehearsal: steps.map(({ call }) => call),
  success,
});

/** What the order needs, and then the order itself. */
export function planSetOrder(
  order: OrderTerms,
  market: Market,
  words: { label: string; success: string },
  context: ProtectContext,
): Plan {
  const call: Call = {
    to: context.contracts.orders,
    data: encodeFunctionData({
      abi: ordersAbi,
      functionName: 'set_order',
      args: [
        {
          account: context.owner,
          kind: flagOfKind(order.kind),
          pool: order.pool,
          trigger_wad: order.triggerWad,
          target_health_wad: order.targetHealthWad,
          assets: order.assets,
          max_slippage_bps: order.maxSlippageBps,
          bounty_bps: order.bountyBps,
          expires_at: order.expiresAt,
          hops: order.hops.map(({ pair, tokenIn }) => ({ pair, token_in: tokenIn })),
        },
      ],
    }),
  };
  const steps = missingSteps(order, market, context);
  return planOf([...steps, { kind: 'call', label: words.label, call }], words.success);
}

/** Gives an order what it lacks; nothing where it lacks nothing. */
export function planRepair(
  order: Order,
  market: Market,
  success: string,
  context: ProtectContext,
): Plan | undefined {
  const steps = missingSteps(order, market, context);
  return steps.length > 0 ? planOf(steps, success) : undefined;
}

/** Runs an order that is due, as anybody may. */
export function planExecute(order: Order, label: string, { contracts }: ProtectContext): Plan {
  const data = encodeFunctionData({ abi: ordersAbi, functionName: 'execute', args: [order.id] });
  return planOf(
    [{ kind: 'call', label, call: { to: contracts.orders, data } }],
    'The order has run.',
  );
}

/** Takes an order back, and first the grant that nothing else needs: the order is seen until the end. */
export function planCancelOrder(order: Order, success: string, context: ProtectContext): Plan {
  const { owner, contracts, grants } = context;
  const key = grantKeyOf(order, context);
  const steps: CallStep[] = [];
  const isNeeded = othersWith(order, context).length > 0;
  if (!isNeeded && grants.some((grant) => isSameGrant(grant, key)))
    steps.push({
      kind: 'call',
      label: 'Revoke the grant',
      call: {
        to: contracts.operators,
        data: encodeFunctionData({
          abi: operatorsAbi,
          functionName: 'revoke',
          args: [owner, key.operator, flagOfAction(key.action), key.pool],
        }),
      },
    });
  steps.push({
    kind: 'call',
    label: 'Cancel the order',
    call: {
      to: contracts.orders,
      data: encodeFunctionData({ abi: ordersAbi, functionName: 'cancel_order', args: [order.id] }),
    },
  });
  return planOf(steps, success);
}
