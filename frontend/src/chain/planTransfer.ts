// SPDX-License-Identifier: Apache-2.0
import { type Address, encodeFunctionData, type TypedDataDomain } from 'viem';
import { testTokenAbi } from '../generated/testTokenAbi';
import type { Call, PermitSignature, Plan, PlanStep } from './plan';

/** A token that an action takes from the wallet. */
export interface Payment {
  token: Address;
  symbol: string;
  spender: Address;
  assets: bigint;
  allowance: bigint;
}

export interface TransferAction {
  label: string;
  success: string;
  call: Call;
  payments: readonly Payment[];
  /** Present where token and contract both take a permit; then no approval is sent. */
  permitted?: { domain: TypedDataDomain; build: (signature: PermitSignature) => Call } | undefined;
}

function approveCall({ token, spender, assets }: Payment): Call {
  const args = [spender, assets] as const;
  return {
    to: token,
    data: encodeFunctionData({ abi: testTokenAbi, functionName: 'approve', args }),
  };
}

/** The steps of an action that takes tokens: a permit, or an approval of exactly what it takes. */
export function planTransfer({ label, success, call, payments, permitted }: TransferAction): Plan {
  const short = payments.filter((payment) => payment.allowance < payment.assets);
  const rehearsal = [...short.map(approveCall), call];
  const [only] = short;
  if (permitted && only && short.length === 1) {
    const { token, spender, assets, symbol } = only;
    return {
      steps: [
        {
          kind: 'permit',
          label: `Sign a permission for this amount of ${symbol}`,
          permit: { domain: permitted.domain, token, spender, assets },
          use: { label, build: permitted.build },
        },
      ],
      rehearsal,
      success,
    };
  }
  const approvals = short.map(
    (payment): PlanStep => ({
      kind: 'call',
      label: `Approve exactly this amount of ${payment.symbol}`,
      call: approveCall(payment),
    }),
  );
  return { steps: [...approvals, { kind: 'call', label, call }], rehearsal, success };
}
