// SPDX-License-Identifier: Apache-2.0
import { type Address, type Hex, type PublicClient, RpcRequestError } from 'viem';
import type { Call } from './plan';

/** A call of the rehearsal that the chain would revert, with the data that says why. */
export class RehearsalError extends Error {
  override name = 'RehearsalError';
  constructor(
    readonly data: Hex,
    message: string,
  ) {
    super(message);
  }
}

interface SimulatedBlock {
  calls: readonly { status: Hex; returnData: Hex; error?: { message: string } }[];
}

/**
 * Tries the calls one after another on the latest state, without signing anything. Throws the
 * reason of the first one that would be reverted.
 */
export async function rehearse(
  client: PublicClient,
  account: Address,
  calls: readonly Call[],
): Promise<void> {
  const [only] = calls;
  if (only && calls.length === 1) {
    await client.call({ account, ...only });
    return;
  }
  let blocks: readonly SimulatedBlock[];
  try {
    blocks = await client.request({
      method: 'eth_simulateV1',
      params: [
        { blockStateCalls: [{ calls: calls.map((call) => ({ from: account, ...call })) }] },
        'latest',
      ],
    } as never);
  } catch (error) {
    // A node without the method: each call is still tried alone right before it is signed.
    if (isMissingMethod(error)) return;
    throw error;
  }
  for (const result of blocks[0]?.calls ?? [])
    if (BigInt(result.status) === 0n)
      throw new RehearsalError(result.returnData, result.error?.message ?? 'reverted');
}

function isMissingMethod(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof RpcRequestError && cause.code === -32601) return true;
  return false;
}
