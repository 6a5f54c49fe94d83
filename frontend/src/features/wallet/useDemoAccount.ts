// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnect, useConnection, useConnectors, useDisconnect } from 'wagmi';
import { useChain } from '../../chain/ChainProvider';
import { DEMO_CONNECTOR_ID } from '../../chain/demoConnector';
import type { Problem } from '../../domain/flow';
import { problemOf } from '../../errors/problemOf';

export type DemoPhase = 'idle' | 'creating' | 'funding' | 'ready' | 'failed';

/** One click: a key made in this browser, ether for gas, and test tokens. Devnet only. */
export function useDemoAccount() {
  const { client, deployment } = useChain();
  const queryClient = useQueryClient();
  const connector = useConnectors().find(({ id }) => id === DEMO_CONNECTOR_ID);
  const connect = useConnect();
  const disconnect = useDisconnect();
  const { address, status } = useConnection();
  const [phase, setPhase] = useState<DemoPhase>('idle');
  const [problem, setProblem] = useState<Problem>();

  async function fund(receiver: `0x${string}`): Promise<void> {
    setPhase('funding');
    const { fundOnDevnet } = await import('../../chain/fundOnDevnet');
    await fundOnDevnet(client, deployment, receiver);
    await queryClient.invalidateQueries({ queryKey: ['chain'] });
    setPhase('ready');
  }

  async function guard(work: () => Promise<void>): Promise<void> {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(problemOf(error));
      setPhase('failed');
    }
  }

  const start = () =>
    guard(async () => {
      if (!connector) return;
      setPhase('creating');
      if (status === 'connected') await disconnect.mutateAsync({});
      const { accounts } = await connect.mutateAsync({ connector });
      await fund(accounts[0]);
    });

  const fundConnected = () => guard(async () => (address ? fund(address) : undefined));

  return { isOffered: connector !== undefined, phase, problem, start, fundConnected };
}
