// SPDX-License-Identifier: Apache-2.0
import { type Address, getAddress, isAddress, isHex } from 'viem';

/** What deployments/<network>.json says, as far as the page needs it. */
export interface Deployment {
  network: string;
  chainId: number;
  genesisHash: string;
  isDevnet: boolean;
  rpcUrl: string;
  /** Address by key, for example "LendingPool/usd_core". */
  contracts: Readonly<Record<string, Address>>;
}

export class DeploymentError extends Error {
  override name = 'DeploymentError';
}

const SCHEMA = 1;

/** Checks a deployment file; throws one line that says what is wrong with it. */
export function parseDeployment(json: unknown): Deployment {
  const file = asRecord(json, 'the file');
  if (file.schema !== SCHEMA)
    throw new DeploymentError(`deployment.json has schema ${String(file.schema)}, not ${SCHEMA}`);
  if (typeof file.chain_id !== 'number' || !Number.isSafeInteger(file.chain_id))
    throw new DeploymentError('deployment.json has no chain_id');
  if (!isHex(file.genesis_hash) || file.genesis_hash.length !== 66)
    throw new DeploymentError('deployment.json has no genesis_hash');
  if (typeof file.rpc_url !== 'string' || !/^https?:\/\//.test(file.rpc_url))
    throw new DeploymentError('deployment.json has no rpc_url');

  const contracts: Record<string, Address> = {};
  for (const [key, entry] of Object.entries(asRecord(file.contracts, 'contracts'))) {
    const { address } = asRecord(entry, key);
    if (typeof address !== 'string' || !isAddress(address))
      throw new DeploymentError(`deployment.json: ${key} has no valid address`);
    contracts[key] = getAddress(address);
  }
  if (!contracts.Lens)
    throw new DeploymentError('deployment.json has no Lens: the deployment is not finished');
  return {
    network: String(file.network ?? 'unnamed'),
    chainId: file.chain_id,
    genesisHash: file.genesis_hash.toLowerCase(),
    isDevnet: file.is_devnet === true,
    rpcUrl: file.rpc_url,
    contracts,
  };
}

function asRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DeploymentError(`deployment.json: ${what} is not an object`);
  return value as Record<string, unknown>;
}
