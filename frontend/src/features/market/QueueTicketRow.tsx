// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import type { QueueTicket } from '../../domain/exitQueue';
import { formatAmount } from '../../domain/formatAmount';
import type { HexAddress, Market } from '../../domain/market';
import { exitQueueAbi } from '../../generated/exitQueueAbi';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';

/** One place in the queue: what waits, what has come, and the two ways on. */
export function QueueTicketRow({
  ticket,
  queue,
  owner,
  market,
  onDone,
}: {
  ticket: QueueTicket;
  queue: HexAddress;
  owner: HexAddress;
  market: Market;
  /** Hears what was done: by then the ticket itself may be gone. */
  onDone: (success: string) => void;
}) {
  const shown = (value: bigint) => `${formatAmount(value, market.decimals)} ${market.symbol}`;
  const planOf = (functionName: 'claim' | 'cancel', label: string, success: string): Plan => {
    const args = [ticket.ticket, owner] as const;
    const call = {
      to: queue,
      data: encodeFunctionData({ abi: exitQueueAbi, functionName, args }),
    };
    return { steps: [{ kind: 'call', label, call }], rehearsal: [call], success };
  };
  const claimLabel = `Claim ${shown(ticket.claimable)}`;
  const claimed = `You claimed ${shown(ticket.claimable)}.`;
  const left = 'You left the queue; your supply is back.';
  const claim = useFlow(
    ticket.claimable > 0n ? planOf('claim', claimLabel, claimed) : undefined,
    () => onDone(claimed),
  );
  const cancel = useFlow(planOf('cancel', 'Leave the queue', left), () => onDone(left));
  return (
    <li className="rounded-control border border-line p-3">
      <Review>
        <BeforeAfter name="Waiting" after={shown(ticket.assets)} />
        <BeforeAfter name="Ready to claim" after={shown(ticket.claimable)} />
      </Review>
      <div className="grid gap-3 sm:grid-cols-2">
        {ticket.claimable > 0n && <FlowPanel flow={claim} label={claimLabel} />}
        <FlowPanel flow={cancel} label="Leave the queue" look="quiet" />
      </div>
    </li>
  );
}
