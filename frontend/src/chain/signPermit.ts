// SPDX-License-Identifier: Apache-2.0
import { type Address, type PublicClient, parseSignature, type WalletClient } from 'viem';
import { testTokenAbi } from '../generated/testTokenAbi';
import type { PermitRequest, PermitSignature } from './plan';

const VALID_SECONDS = 20n * 60n;

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const;

/** Asks the wallet for an ERC-2612 signature that is good for twenty minutes of chain time. */
export async function signPermit(
  client: PublicClient,
  wallet: WalletClient,
  owner: Address,
  { domain, token, spender, assets }: PermitRequest,
): Promise<PermitSignature> {
  const [nonce, block] = await Promise.all([
    client.readContract({
      address: token,
      abi: testTokenAbi,
      functionName: 'nonces',
      args: [owner],
    }),
    client.getBlock(),
  ]);
  const deadline = block.timestamp + VALID_SECONDS;
  const signature = await wallet.signTypedData({
    account: owner,
    domain,
    types,
    primaryType: 'Permit',
    message: { owner, spender, value: assets, nonce, deadline },
  });
  const { r, s, v, yParity } = parseSignature(signature);
  return { deadline, r, s, v: Number(v ?? BigInt(yParity) + 27n) };
}
