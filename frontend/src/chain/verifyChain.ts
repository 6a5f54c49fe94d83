// SPDX-License-Identifier: Apache-2.0
import type { PublicClient } from 'viem';
import { type Deployment, DeploymentError } from './deployment';

/** Throws unless the node runs exactly the chain that the deployment was made on. */
export async function verifyChain(client: PublicClient, deployment: Deployment): Promise<void> {
  // Both in one request: the page stands still until they are answered.
  const [chainId, genesis] = await Promise.all([
    client.getChainId(),
    client.getBlock({ blockNumber: 0n }),
  ]);
  if (chainId !== deployment.chainId)
    throw new DeploymentError(
      `the node runs chain ${chainId}, but the deployment is on chain ${deployment.chainId}`,
    );
  if (genesis.hash.toLowerCase() !== deployment.genesisHash)
    throw new DeploymentError(
      'the node runs a chain with another genesis block: the deployment is of a chain that is gone',
    );
}
