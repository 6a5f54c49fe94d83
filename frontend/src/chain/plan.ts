// SPDX-License-Identifier: Apache-2.0
import type { Address, Hex, TypedDataDomain } from 'viem';

export interface Call {
  to: Address;
  data: Hex;
}

/** What a permit's signature opens: `spender` may take `assets` of the token from its owner. */
export interface PermitRequest {
  domain: TypedDataDomain;
  token: Address;
  spender: Address;
  assets: bigint;
}

export interface PermitSignature {
  deadline: bigint;
  v: number;
  r: Hex;
  s: Hex;
}

export type PlanStep =
  | { kind: 'call'; label: string; call: Call }
  | {
      kind: 'permit';
      label: string;
      permit: PermitRequest;
      /** The step that uses the signature. */
      use: { label: string; build: (signature: PermitSignature) => Call };
    };

/** An action ready to be tried out and then signed, step by step. */
export interface Plan {
  steps: readonly PlanStep[];
  /** The same effect as plain calls, tried together before anything is signed. */
  rehearsal: readonly Call[];
  success: string;
}
