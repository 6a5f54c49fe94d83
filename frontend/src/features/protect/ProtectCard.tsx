// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { useChain } from '../../chain/ChainProvider';
import { useChainTime } from '../../chain/useChainTime';
import { useGrants } from '../../chain/useGrants';
import { useOrderHistory } from '../../chain/useOrderHistory';
import { useOrders } from '../../chain/useOrders';
import { usePairs } from '../../chain/usePairs';
import { type GrantKey, isSameGrant } from '../../domain/grant';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import { ORDER_KINDS, type Order } from '../../domain/order';
import { orderAction } from '../../domain/orderGrant';
import { projectPosition } from '../../domain/projectPosition';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ReadError } from '../../ui/ReadError';
import { Skeleton } from '../../ui/Skeleton';
import { Success } from '../../ui/Success';
import { Tabs } from '../../ui/Tabs';
import { OrderForm } from './OrderForm';
import { OrderHistory } from './OrderHistory';
import { OrderRow } from './OrderRow';
import { kindWords } from './orderWords';
import type { ProtectContext } from './ProtectContext';

interface Parts {
  account: AccountPositions;
  markets: readonly Market[];
  owner: HexAddress;
}

/** The orders that tend a loan: those that stand, what they did, and the form for another. */
export default function ProtectCard({ account, markets, owner }: Parts) {
  const { deployment } = useChain();
  const { Orders: orders, Operators: operators } = deployment.contracts;
  const debtMarket = markets.find(({ pool }) => pool === account.debtPool);
  const past = useOrderHistory(owner);
  const pairs = usePairs(owner).data;
  if (!orders || !operators) return null;
  if (!debtMarket && !past?.length) return null;
  return (
    <Card title="Protect this loan">
      {debtMarket && (
        <LoanOrders
          account={account}
          markets={markets}
          owner={owner}
          debtMarket={debtMarket}
          contracts={{ orders, operators }}
        />
      )}
      {past && pairs && <OrderHistory past={past} markets={markets} pairs={pairs} />}
    </Card>
  );
}

function LoanOrders(parts: Parts & Pick<ProtectContext, 'debtMarket' | 'contracts'>) {
  const { account, markets, owner, debtMarket, contracts } = parts;
  const chainTime = useChainTime();
  const orders = useOrders(owner);
  const pairs = usePairs(owner);
  const grants = useGrants(owner, grantKeysOf(account, contracts.orders, orders.data ?? []));
  const [isOpen, setIsOpen] = useState(false);
  const [said, setSaid] = useState<string>();
  const failed = [orders, pairs, grants].find(({ isError, data }) => isError && !data);
  if (failed) return <ReadError what="your orders" onRetry={() => void failed.refetch()} />;
  if (!orders.data || !pairs.data || !grants.data) return <Skeleton lines={2} />;

  const context: ProtectContext = {
    ...parts,
    position: projectPosition(account, markets, { debtMarket, debtAssets: account.debtAssets }),
    pairs: pairs.data,
    orders: orders.data,
    grants: grants.data,
    chainTime,
  };
  const say = (success: string) => {
    setSaid(success);
    setIsOpen(false);
  };
  return (
    <>
      <p className="mb-4 text-sm text-muted">
        {orders.data.length === 0
          ? 'No order tends this loan. The chain itself looks at orders at each block and runs those that are due; nobody is paid for it.'
          : 'The chain itself looks at these at each block and runs what is due.'}
      </p>
      <ul className="space-y-3" aria-label="Orders of this loan">
        {orders.data.map((order) => {
          const market = markets.find(({ pool }) => pool === order.pool);
          return (
            market && (
              <OrderRow
                key={String(order.id)}
                {...context}
                order={order}
                market={market}
                onDone={say}
              />
            )
          );
        })}
      </ul>
      <Success words={said} onClose={() => setSaid(undefined)} />
      <Button
        look="quiet"
        className="mt-4"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? 'Close the form' : 'Add an order'}
      </Button>
      {isOpen && (
        <div className="mt-5">
          <Tabs
            label="Kind of order"
            tabs={ORDER_KINDS.map((kind) => ({
              name: kindWords[kind].name,
              content: <OrderForm kind={kind} onDone={say} {...context} />,
            }))}
          />
        </div>
      )}
    </>
  );
}

/** Every grant that an order of this loan needs, or that another one could need. */
function grantKeysOf(
  account: AccountPositions,
  operator: HexAddress,
  orders: readonly Order[],
): GrantKey[] {
  const keys = account.positions.flatMap(({ pool, isPledged }): GrantKey[] => {
    if (pool === account.debtPool) return [{ operator, action: 'repay', pool }];
    if (!isPledged) return [];
    return (['withdraw', 'supply'] as const).map((action) => ({ operator, action, pool }));
  });
  for (const { kind, pool } of orders) {
    const key = { operator, action: orderAction({ kind, pool }, account.debtPool), pool };
    if (!keys.some((known) => isSameGrant(known, key))) keys.push(key);
  }
  return keys;
}
