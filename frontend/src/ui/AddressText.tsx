// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { HexAddress } from '../domain/market';

/** A shortened address; pressing it copies the whole. */
export function AddressText({ address }: { address: HexAddress }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    setIsCopied(true);
  };
  const short = `${address.slice(0, 6)}…${address.slice(-4)}`;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      onBlur={() => setIsCopied(false)}
      title={address}
      aria-label={isCopied ? undefined : `${short}: copy the whole address ${address}`}
      className="figures min-h-6 rounded text-muted hover:text-ink"
      translate="no"
    >
      {isCopied ? 'Copied' : short}
    </button>
  );
}
