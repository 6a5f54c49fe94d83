// SPDX-License-Identifier: Apache-2.0
import { encodeErrorResult } from 'viem';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.en';
import { explain } from './explain';
import { problemOf } from './problemOf';

const errorAbi = [
  { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] },
] as const;
const reverted = (reason: string) => ({
  message: 'execution reverted',
  cause: {
    code: 3,
    data: encodeErrorResult({ abi: errorAbi, errorName: 'Error', args: [reason] }),
  },
});

describe('problemOf', () => {
  it('finds the reason of a contract however deep it lies', () => {
    const problem = problemOf({ cause: { cause: reverted('pool: supply cap') } }, catalogue);
    expect(problem.title).toBe('The market has reached its supply cap.');
    expect(problem.details).toBe('pool: supply cap');
  });

  it('loads the words when they are needed', async () => {
    const problem = await explain(reverted('pool: supply cap'));
    expect(problem.title).toBe('The market has reached its supply cap.');
  });

  it('shows a reason as it is where there are no words', () => {
    expect(problemOf(reverted('pool: supply cap')).title).toBe(
      'The contract refused: pool: supply cap.',
    );
  });

  it('finds a reason that is only in the message', () => {
    const problem = problemOf(new Error('execution reverted: accounts: unhealthy'), catalogue);
    expect(problem.title).toMatch(/enough collateral/);
  });

  it('says that somebody declined, not that something failed', () => {
    const problem = problemOf({ cause: { code: 4001, message: 'User rejected the request.' } });
    expect(problem.title).toBe('You declined the request in your wallet.');
    expect(problem.meaning).toMatch(/Nothing was changed/);
  });

  it('never says that nothing was changed when the node went silent', () => {
    const problem = problemOf(new Error('HTTP request failed.'));
    expect(problem.title).toBe('The node does not answer.');
    expect(problem.meaning).toMatch(/may still be taken/);
  });

  it('quotes a reason that it has no words for', () => {
    expect(problemOf(reverted('market: on fire')).title).toContain('market: on fire');
  });

  it('has words for a revert without a reason', () => {
    expect(problemOf(new Error('execution reverted')).title).toBe(
      'The contract refused without a reason.',
    );
  });

  it('has words for an empty gas tank', () => {
    expect(problemOf(new Error('insufficient funds for gas * price + value')).title).toMatch(/ETH/);
  });
});
