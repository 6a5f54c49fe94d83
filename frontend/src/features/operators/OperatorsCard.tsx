// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import { useChain } from '../../chain/ChainProvider';
import { useChainTime } from '../../chain/useChainTime';
import { useFlow } from '../../chain/useFlow';
import { useGrantKeys } from '../../chain/useGrantKeys';
import { useGrants } from '../../chain/useGrants';
import { useOrders } from '../../chain/useOrders';
import type { Grant } from '../../domain/grant';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import { operatorsAbi } from '../../generated/operatorsAbi';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { FlowPanel } from '../../ui/FlowPanel';
import { ReadError } from '../../ui/ReadError';
import { Skeleton } from '../../ui/Skeleton';
import { Success } from '../../ui/Success';
import { GrantForm } from './GrantForm';
import { GrantRow } from './GrantRow';

interface Parts {
  owner: HexAddress;
  account: AccountPositions;
  markets: readonly Market[];
}

/** Who else may act for an account, how far, and the ways to take it back. */
export default function OperatorsCard(parts: Parts) {
  const { deployment } = useChain();
  const operators = deployment.contracts.Operators;
  const [open, setOpen] = useState<'grant' | 'revoke'>();
  const [said, setSaid] = useState<string>();
  if (!operators) return null;
  const say = (success: string) => {
    setSaid(success);
    setOpen(undefined);
  };
  return (
    <Card title="Who may act for you">
      <Grants {...parts} operators={operators} onDone={say} />
      <Success words={said} onClose={() => setSaid(undefined)} />
      <div className="mt-4 flex flex-wrap gap-3">
        <Button
          look="quiet"
          aria-expanded={open === 'grant'}
          onClick={() => setOpen(open === 'grant' ? undefined : 'grant')}
        >
          Add an operator…
        </Button>
        <Button
          look="quiet"
          aria-expanded={open === 'revoke'}
          onClick={() => setOpen(open === 'revoke' ? undefined : 'revoke')}
        >
          Revoke everything…
        </Button>
      </div>
      {open === 'grant' && <GrantForm {...parts} operators={operators} onDone={say} />}
      {open === 'revoke' && <RevokeAll owner={parts.owner} operators={operators} onDone={say} />}
    </Card>
  );
}

function Grants({
  owner,
  markets,
  operators,
  onDone,
}: Omit<Parts, 'account'> & { operators: HexAddress; onDone: (success: string) => void }) {
  const chainTime = useChainTime();
  const { granted, isError, refetch } = useGrantKeys(owner);
  const grants = useGrants(owner, granted?.keys);
  const orders = useOrders(owner).data ?? [];
  const { deployment } = useChain();
  if (isError && !granted) return <ReadError what="your grants" onRetry={refetch} />;
  if (grants.isError && !grants.data)
    return <ReadError what="your grants" onRetry={() => void grants.refetch()} />;
  if (!granted || !grants.data) return <Skeleton lines={2} />;
  const isInUse = ({ operator, pool }: Grant) =>
    operator === deployment.contracts.Orders && orders.some((order) => order.pool === pool);
  return (
    <>
      {grants.data.length === 0 ? (
        <EmptyState>
          Nobody but you. Orders and bots need a grant: for one action on one market, up to an
          amount, until a time; you can take it back at any moment.
        </EmptyState>
      ) : (
        <ul className="space-y-3" aria-label="Grants">
          {grants.data.map((grant) => (
            <GrantRow
              key={`${grant.operator} ${grant.action} ${grant.pool}`}
              grant={grant}
              market={markets.find(({ pool }) => pool === grant.pool)}
              owner={owner}
              operators={operators}
              chainTime={chainTime}
              isInUse={isInUse(grant)}
              onDone={onDone}
            />
          ))}
        </ul>
      )}
      {granted.from > 0n && (
        <p className="figures mt-3 text-sm text-muted">
          {`Looked up from block ${granted.from} on. Revoking everything revokes older grants too.`}
        </p>
      )}
    </>
  );
}

function RevokeAll({
  owner,
  operators,
  onDone,
}: {
  owner: HexAddress;
  operators: HexAddress;
  onDone: (success: string) => void;
}) {
  const success = 'Nobody but you may act for this account.';
  const call = {
    to: operators,
    data: encodeFunctionData({ abi: operatorsAbi, functionName: 'revoke_all', args: [owner] }),
  };
  const label = 'Revoke everything at once';
  const flow = useFlow({ steps: [{ kind: 'call', label, call }], rehearsal: [call], success }, () =>
    onDone(success),
  );
  return <FlowPanel flow={flow} label={label} look="quiet" />;
}
