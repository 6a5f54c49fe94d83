// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import { planTransfer } from '../../chain/planTransfer';
import { useExitQueue } from '../../chain/useExitQueue';
import { useFlow } from '../../chain/useFlow';
import type { ExitQueue } from '../../domain/exitQueue';
import { formatAmount } from '../../domain/formatAmount';
import { isNearlyAll } from '../../domain/isNearlyAll';
import { toAssetsDown, toSharesDown } from '../../domain/shares';
import { exitQueueAbi } from '../../generated/exitQueueAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { Card } from '../../ui/Card';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { Success } from '../../ui/Success';
import { useAmount } from '../../ui/useAmount';
import type { ActionContext } from './ActionContext';
import { QueueTicketRow } from './QueueTicketRow';

/** Where shares wait for cash while all is lent out; shown to whoever has some, or waits already. */
export default function ExitQueueCard(context: ActionContext) {
  const { market, owner, position } = context;
  const { data } = useExitQueue(market.pool, owner);
  const [said, setSaid] = useState<string>();
  const hasSupply = (position?.shares ?? 0n) > 0n;
  if (!data || !owner || (!hasSupply && !said && data.tickets.length === 0)) return null;
  const inAll = toAssetsDown(data.waitingShares, market.totalAssets, market.totalSupply);
  return (
    <Card
      title="Exit queue"
      aside={
        <p className="figures text-sm text-muted" data-testid="queue-waiting">
          {`${formatAmount(inAll, market.decimals)} ${market.symbol} waiting in all`}
        </p>
      }
    >
      <p className="mb-4 text-sm text-muted">
        When all is lent out, supply can wait here. It goes on earning, and whatever cash a block
        leaves in the market is shared among all who wait, in proportion.
      </p>
      <ul className="space-y-4" aria-label="Your places in the queue">
        {data.tickets.map((ticket) => (
          <QueueTicketRow
            key={String(ticket.ticket)}
            ticket={ticket}
            queue={data.queue}
            owner={owner}
            market={market}
            onDone={setSaid}
          />
        ))}
      </ul>
      <Success words={said} onClose={() => setSaid(undefined)} />
      {hasSupply && <JoinForm {...context} exitQueue={data} />}
    </Card>
  );
}

function JoinForm({
  market,
  owner,
  position,
  exitQueue,
}: ActionContext & { exitQueue: ExitQueue }) {
  const { text, setText, assets, clear } = useAmount(market.decimals);
  const supplied = position?.assets ?? 0n;
  const shown = (value: bigint) => `${formatAmount(value, market.decimals)} ${market.symbol}`;
  const problem = assets && assets > supplied ? `You have supplied ${shown(supplied)}.` : undefined;
  const valid = problem ? undefined : assets;
  const shares =
    valid && isNearlyAll(valid, supplied)
      ? (position?.shares ?? 0n)
      : toSharesDown(valid ?? 0n, market.totalAssets, market.totalSupply);
  const amount = valid ? shown(valid) : market.symbol;
  const plan =
    valid && owner
      ? planTransfer({
          label: `Queue ${amount}`,
          success: `${amount} is in the queue.`,
          payments: [
            {
              token: market.pool,
              symbol: `your ${market.symbol} supply`,
              spender: exitQueue.queue,
              assets: shares,
              allowance: exitQueue.allowance,
            },
          ],
          call: {
            to: exitQueue.queue,
            data: encodeFunctionData({
              abi: exitQueueAbi,
              functionName: 'join',
              args: [market.pool, shares, owner],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  return (
    <div className="mt-4">
      <AmountField
        label="Amount to queue"
        symbol={market.symbol}
        decimals={market.decimals}
        text={text}
        onText={setText}
        max={supplied}
        maxLabel="Supplied"
        problem={problem}
      />
      <Review>
        <BeforeAfter name="Can leave the market now" after={shown(market.releasable)} />
      </Review>
      <FlowPanel flow={flow} label={`Queue ${amount}`} look="quiet" />
    </div>
  );
}
