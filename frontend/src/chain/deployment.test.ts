// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { contractsOf } from './contractsOf';
import { parseDeployment } from './deployment';

const lens = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const file = {
  schema: 1,
  network: 'devnet',
  chain_id: 4_323_928,
  genesis_hash: `0x${'ab'.repeat(32)}`,
  is_devnet: true,
  rpc_url: 'http://127.0.0.1:8545',
  contracts: {
    Lens: { address: lens },
    'LendingPool/usd_core': { address: lens.toLowerCase() },
  },
};

describe('parseDeployment', () => {
  it('reads a deployment, with checksummed addresses', () => {
    const deployment = parseDeployment(file);
    expect(deployment.chainId).toBe(4_323_928);
    expect(contractsOf(deployment, 'LendingPool')).toEqual([{ key: 'usd_core', address: lens }]);
  });

  it('is a devnet only when the file says so', () => {
    expect(parseDeployment({ ...file, is_devnet: 'yes' }).isDevnet).toBe(false);
  });

  it.each([
    ['another schema', { ...file, schema: 2 }, /schema 2, not 1/],
    ['no chain id', { ...file, chain_id: '4323928' }, /no chain_id/],
    ['no genesis', { ...file, genesis_hash: '0x12' }, /no genesis_hash/],
    ['an RPC that is no URL', { ...file, rpc_url: 'javascript:alert(1)' }, /no rpc_url/],
    ['a bad address', { ...file, contracts: { Lens: { address: '0x12' } } }, /Lens has no valid/],
    ['no Lens', { ...file, contracts: {} }, /not finished/],
    ['a list', [], /not an object/],
  ])('refuses %s in one line', (_, given, words) => {
    expect(() => parseDeployment(given)).toThrow(words);
  });
});
