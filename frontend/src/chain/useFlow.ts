// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Address, Hex, WalletClient } from 'viem';
import { useConfig } from 'wagmi';
import { getWalletClient } from 'wagmi/actions';
import type { FlowPhase, FlowView, Problem } from '../domain/flow';
import { explain } from '../errors/explain';
import { useChain } from './ChainProvider';
import type { Call, Plan } from './plan';
import { rehearse } from './rehearse';
import { signPermit } from './signPermit';
import { useAccount } from './useAccount';
import { useChainQuery } from './useChainQuery';

interface Run {
  /** The plan that runs or ran: its result is shown until another plan takes its place. */
  plan: Plan;
  phase: FlowPhase;
  stepIndex: number;
  steps: readonly string[];
  problem?: Problem;
  success?: string;
}

/** The labels of a plan, a permit counting as two: the signature and its use. */
const labelsOf = (plan: Plan) =>
  plan.steps.flatMap((step) =>
    step.kind === 'permit' ? [step.label, step.use.label] : [step.label],
  );

/** The same call can cost more a block later, when interest accrues or profit unlocks in it. */
const withMargin = (gas: bigint) => (gas * 13n) / 10n;

/** Equal for plans that do the same. */
const keyOf = (plan: Plan) => plan.rehearsal.map(({ to, data }) => `${to}${data}`).join();

const BUSY: readonly FlowPhase[] = ['signing', 'sent'];

/**
 * Carries a plan from the form to the block. The plan is rehearsed with each block; signing is
 * possible only after a rehearsal that went through, and success means a receipt that says so.
 */
export function useFlow(plan: Plan | undefined, onDone?: () => void): FlowView {
  const { client } = useChain();
  const { address, isWrongNetwork } = useAccount();
  const config = useConfig();
  const queryClient = useQueryClient();
  const [lastRun, setRun] = useState<Run>();
  const isBusy = lastRun !== undefined && BUSY.includes(lastRun.phase);
  const isReplaced = lastRun && plan && !isBusy && keyOf(plan) !== keyOf(lastRun.plan);
  const run = isReplaced ? undefined : lastRun;

  const rehearsal = useChainQuery(
    ['rehearsal', address ?? '', plan ? keyOf(plan) : ''],
    async () => {
      try {
        await rehearse(client, address as Address, plan?.rehearsal ?? []);
        return null;
      } catch (error) {
        return await explain(error);
      }
    },
    { isEnabled: plan !== undefined && address !== undefined && !isWrongNetwork && !isBusy },
  );

  async function confirm(hash: Hex): Promise<void> {
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 500 });
    if (receipt.status !== 'success')
      throw new Error('The transaction is in a block, but it was reverted.');
  }

  async function start(): Promise<void> {
    if (!plan || !address || isBusy) return;
    const steps = labelsOf(plan);
    let stepIndex = 0;
    const show = (phase: FlowPhase) => setRun({ plan, phase, stepIndex, steps });
    const send = async (wallet: WalletClient, call: Call) => {
      show('signing');
      // The state may have moved since the rehearsal: what would fail is not signed.
      await client.call({ account: address, ...call });
      const gas = withMargin(await client.estimateGas({ account: address, ...call }));
      const request = { account: address, chain: client.chain, gas, ...call };
      const hash = await wallet.sendTransaction(request);
      show('sent');
      await confirm(hash);
      stepIndex += 1;
    };
    try {
      show('signing');
      const wallet = await getWalletClient(config, { account: address });
      for (const step of plan.steps) {
        if (step.kind === 'call') {
          await send(wallet, step.call);
          continue;
        }
        show('signing');
        const signature = await signPermit(client, wallet, address, step.permit);
        stepIndex += 1;
        await send(wallet, step.use.build(signature));
      }
      setRun({ plan, phase: 'done', stepIndex, steps, success: plan.success });
      onDone?.();
    } catch (error) {
      setRun({ plan, phase: 'failed', stepIndex, steps, problem: await explain(error) });
    } finally {
      await queryClient.invalidateQueries({ queryKey: ['chain'] });
    }
  }

  const dismiss = () => setRun(undefined);
  const common = { start: () => void start(), dismiss };
  if (run) return { ...common, ...run };
  if (!plan || !address) return { ...common, phase: 'idle', steps: [], stepIndex: 0 };
  const steps = labelsOf(plan);
  if (rehearsal.data === undefined) return { ...common, phase: 'simulating', steps, stepIndex: 0 };
  if (rehearsal.data !== null)
    return { ...common, phase: 'refused', steps, stepIndex: 0, problem: rehearsal.data };
  return { ...common, phase: 'ready', steps, stepIndex: 0 };
}
