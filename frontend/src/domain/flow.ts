// SPDX-License-Identifier: Apache-2.0

export type FlowPhase =
  | 'idle' // nothing to do yet: the form is empty or refused
  | 'simulating'
  | 'refused' // the chain would revert it
  | 'ready'
  | 'signing' // the wallet is asked
  | 'sent' // in the mempool
  | 'done'
  | 'failed';

/** A failure in words: what happened, what it means for the funds, what to do. */
export interface Problem {
  title: string;
  meaning: string;
  advice: string;
  /** The raw reason, for copying. */
  details: string;
}

/** What a form shows of the action that it builds. */
export interface FlowView {
  phase: FlowPhase;
  steps: readonly string[];
  stepIndex: number;
  problem?: Problem | undefined;
  success?: string | undefined;
  start: () => void;
  dismiss: () => void;
}
