// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useConnect, useConnection, useConnectors, useDisconnect } from 'wagmi';
import { useChain } from '../../chain/ChainProvider';
import { DEMO_CONNECTOR_ID } from '../../chain/demoConnector';
import { explain } from '../../errors/explain';
import { demoStore } from './demoStore';

/** One click: a key made in this browser, ether for gas, and test tokens. Devnet only. */
export function useDemoAccount() {
  const { client, deployment } = useChain();
  const queryClient = useQueryClient();
  const connector = useConnectors().find(({ id }) => id === DEMO_CONNECTOR_ID);
  const connect = useConnect();
  const disconnect = useDisconnect();
  const { address, status } = useConnection();
  const { phase, problem } = useSyncExternalStore(demoStore.subscribe, demoStore.read);

  async function fund(receiver: `0x${string}`): Promise<void> {
    demoStore.write({ phase: 'funding' });
    const { fundOnDevnet } = await import('../../chain/fundOnDevnet');
    await fundOnDevnet(client, deployment, receiver);
    await queryClient.invalidateQueries({ queryKey: ['chain'] });
    demoStore.write({ phase: 'ready' });
  }

  async function guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      demoStore.write({ phase: 'failed', problem: await explain(error) });
    }
  }

  const start = () =>
    guard(async () => {
      if (!connector) return;
      demoStore.write({ phase: 'creating' });
      if (status === 'connected') await disconnect.mutateAsync({});
      const { accounts } = await connect.mutateAsync({ connector });
      await fund(accounts[0]);
    });

  const fundConnected = () => guard(async () => (address ? fund(address) : undefined));
  const dismiss = () => demoStore.write({ phase: 'idle' });

  return { isOffered: connector !== undefined, phase, problem, start, fundConnected, dismiss };
}
