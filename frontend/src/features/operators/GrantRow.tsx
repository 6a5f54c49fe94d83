// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import { useFlow } from '../../chain/useFlow';
import { formatDateTime } from '../../domain/formatDateTime';
import { flagOfAction, type Grant, paysOut } from '../../domain/grant';
import type { HexAddress, Market } from '../../domain/market';
import { operatorsAbi } from '../../generated/operatorsAbi';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { Button } from '../../ui/Button';
import { FlowPanel } from '../../ui/FlowPanel';
import { grantHealth, grantLimit, grantTitle } from './grantWords';
import { NamedAddress } from './NamedAddress';

interface Parts {
  grant: Grant;
  owner: HexAddress;
  operators: HexAddress;
  /** Hears what was done: by then the grant itself is gone. */
  onDone: (success: string) => void;
}

/** One grant: who may do what, within which bounds, and the way to take it back. */
export function GrantRow({
  market,
  chainTime,
  isInUse,
  ...parts
}: Parts & { market: Market | undefined; chainTime: bigint; isInUse: boolean }) {
  const { grant, owner } = parts;
  const [isRevoking, setIsRevoking] = useState(false);
  const hasEnded = grant.expiresAt <= chainTime;
  return (
    <li className="rounded-control border border-line p-3" data-testid="grant">
      <div className="flex items-baseline justify-between gap-x-4">
        <h3 className="min-w-0 font-medium">{grantTitle(grant, market)}</h3>
        <Button
          look="plain"
          isSmall
          className="-mr-2 shrink-0"
          aria-expanded={isRevoking}
          onClick={() => setIsRevoking(!isRevoking)}
        >
          {isRevoking ? 'Keep it' : 'Revoke…'}
        </Button>
      </div>
      <dl className="grid gap-x-8 sm:grid-cols-2">
        <BeforeAfter
          name="Operator"
          after={<NamedAddress address={grant.operator} owner={owner} />}
        />
        {paysOut(grant.action) && (
          <BeforeAfter
            name="Paid to"
            after={<NamedAddress address={grant.receiver} owner={owner} />}
          />
        )}
        <BeforeAfter name="Left" after={grantLimit(grant, market)} />
        <BeforeAfter
          name={hasEnded ? 'Ended' : 'Until'}
          after={formatDateTime(grant.expiresAt)}
          tone={hasEnded ? 'warn' : 'plain'}
        />
        {(paysOut(grant.action) || grant.action === 'unpledge') && (
          <BeforeAfter name="Leaving a health of" after={grantHealth(grant)} />
        )}
      </dl>
      {isRevoking && <RevokeGrant {...parts} isInUse={isInUse} />}
    </li>
  );
}

function RevokeGrant({ grant, owner, operators, onDone, isInUse }: Parts & { isInUse: boolean }) {
  const success = 'The grant is revoked.';
  const call = {
    to: operators,
    data: encodeFunctionData({
      abi: operatorsAbi,
      functionName: 'revoke',
      args: [owner, grant.operator, flagOfAction(grant.action), grant.pool],
    }),
  };
  const flow = useFlow(
    { steps: [{ kind: 'call', label: 'Revoke', call }], rehearsal: [call], success },
    () => onDone(success),
  );
  return (
    <>
      {isInUse && (
        <p className="mt-3 text-sm text-warn">
          An order of yours needs this grant and could not run without it.
        </p>
      )}
      <FlowPanel flow={flow} label="Revoke at once" look="quiet" />
    </>
  );
}
