// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { type Address, encodeEventTopics, type Log, parseEventLogs } from 'viem';
import { actionOfFlag, type GrantKey, isSameGrant } from '../domain/grant';
import { operatorsAbi } from '../generated/operatorsAbi';
import { useChain } from './ChainProvider';
import { useLogs } from './useLogs';

const TOPICS = (['OperatorGranted'] as const).flatMap(
  (eventName) => encodeEventTopics({ abi: operatorsAbi, eventName })[0] ?? [],
);

/** What an account has ever granted, as far back as `from`; it may have been revoked since. */
export function useGrantKeys(account: Address | undefined) {
  const { deployment } = useChain();
  const { data, isError, refetch } = useLogs(deployment.contracts.Operators, TOPICS, 1, account);
  const granted = useMemo(() => data && { keys: keysOf(data.found), from: data.from }, [data]);
  return { granted, isError, refetch: () => void refetch() };
}

function keysOf(logs: readonly Log[]): GrantKey[] {
  const keys: GrantKey[] = [];
  for (const { args } of parseEventLogs({ abi: operatorsAbi, logs: [...logs] })) {
    const action = actionOfFlag(args.action);
    if (!action) continue;
    const key = { operator: args.operator, action, pool: args.pool };
    if (!keys.some((known) => isSameGrant(known, key))) keys.push(key);
  }
  return keys;
}
