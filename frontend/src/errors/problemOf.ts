// SPDX-License-Identifier: Apache-2.0
import { BaseError, decodeErrorResult, type Hex, isHex } from 'viem';
import type { Problem } from '../domain/flow';
import type { ReasonWords } from './catalogue.en';

const UNCHANGED = 'Nothing was changed; your funds are where they were.';

const standardErrors = [
  { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] },
  { type: 'error', name: 'Panic', inputs: [{ name: 'code', type: 'uint256' }] },
] as const;

/**
 * Any failure of a call, a signature or a send, in words. `catalogue` has those for the reasons of
 * contracts; without it a reason is shown as it is.
 */
export function problemOf(
  error: unknown,
  catalogue: Readonly<Record<string, ReasonWords>> = {},
): Problem {
  const details = error instanceof BaseError ? error.shortMessage : String(error);
  const walletWords = wordsOfWalletCode(error);
  if (walletWords) return { ...walletWords, meaning: UNCHANGED, details };

  const reason = reasonOf(error);
  if (reason !== undefined) {
    const words = catalogue[reason];
    if (words) return { ...words, meaning: UNCHANGED, details: reason };
    return {
      title: `The contract refused: ${reason}.`,
      meaning: UNCHANGED,
      advice: 'Change the amount or try again in a block.',
      details: reason,
    };
  }
  return { ...wordsOfText(details, error), details };
}

/** Errors wrap each other: this visits the whole chain, outermost first. */
function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  for (let cause = error; typeof cause === 'object' && cause !== null; ) {
    const current = cause as Record<string, unknown>;
    yield current;
    cause = current.cause;
  }
}

function wordsOfWalletCode(error: unknown): { title: string; advice: string } | undefined {
  for (const { code, name } of causesOf(error)) {
    if (code === 4001 || name === 'UserRejectedRequestError')
      return {
        title: 'You declined the request in your wallet.',
        advice: 'Start again when you are ready.',
      };
    if (code === -32002)
      return {
        title: 'Your wallet already shows a request.',
        advice: 'Open the wallet and answer it first.',
      };
    if (code === 4100)
      return {
        title: 'The wallet does not allow this page to use that account.',
        advice: 'Connect the account again.',
      };
    if (code === 4902)
      return {
        title: 'Your wallet does not know this network.',
        advice: 'Use "Switch network" at the top of the page to add it.',
      };
    if (code === 4900 || code === 4901)
      return {
        title: 'Your wallet is not connected to the network.',
        advice: 'Check the wallet, then try again.',
      };
  }
  return undefined;
}

/** The revert reason: from the data where there is some, else from the node's message. */
function reasonOf(error: unknown): string | undefined {
  for (const cause of causesOf(error)) {
    const data = revertData(cause.data);
    if (data) {
      try {
        const { errorName, args } = decodeErrorResult({ abi: standardErrors, data });
        return errorName === 'Panic' ? `arithmetic fault ${args[0]}` : args[0];
      } catch {
        // Not one of the two standard shapes: the message may still say something.
      }
    }
  }
  for (const cause of causesOf(error)) {
    const said = /(?:reverted:|reverted with reason string|reason:)\s*['"]?([a-z0-9-]+: [^'"\n]+)/i;
    const found = said.exec(String(cause.message ?? ''))?.[1]?.trim();
    if (found) return found.replace(/[.,]$/, '');
  }
  return undefined;
}

function revertData(value: unknown): Hex | undefined {
  if (isHex(value) && value.length >= 10) return value;
  // viem nests the node's error object here.
  const inner = (value as { data?: unknown } | undefined)?.data;
  return isHex(inner) && inner.length >= 10 ? inner : undefined;
}

function wordsOfText(text: string, error: unknown): Omit<Problem, 'details'> {
  const whole = `${text} ${error instanceof Error ? error.message : ''}`;
  if (/in a block, but it was reverted/i.test(whole))
    return {
      title: 'The transaction was taken into a block, but the contract reverted it.',
      meaning: 'Only the fee for gas was spent; your funds are where they were.',
      advice: 'The state changed in between. Check the figures and try again.',
    };
  if (/insufficient funds|exceeds the balance/i.test(whole))
    return {
      title: 'Not enough ETH to pay for gas.',
      meaning: UNCHANGED,
      advice: 'Get some ETH on this network, then try again.',
    };
  if (/fetch|network|timed? ?out|HTTP request failed/i.test(whole))
    return {
      title: 'The node does not answer.',
      meaning: 'If a transaction was already sent, it may still be taken into a block.',
      advice: 'Wait until the strip shows new blocks, check your balances, then try again.',
    };
  if (/nonce/i.test(whole))
    return {
      title: 'The wallet counts its transactions differently from the chain.',
      meaning: UNCHANGED,
      advice: 'If the chain was restarted, clear the activity data in your wallet.',
    };
  return {
    title: 'The contract refused without a reason.',
    meaning: UNCHANGED,
    advice: 'Most often the balance or the approval is too small. Check them and try again.',
  };
}
