// SPDX-License-Identifier: Apache-2.0
import { Explain } from '../../ui/Explain';

export const SLIPPAGE_CHOICES_BPS = [10n, 50n, 100n] as const;

/** How much worse than quoted a fill may be. */
export function SlippageField({
  slippageBps,
  onSlippage,
}: {
  slippageBps: bigint;
  onSlippage: (bps: bigint) => void;
}) {
  return (
    <fieldset className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <legend className="sr-only">Slippage limit</legend>
      <span className="flex items-center gap-1 text-muted">
        Slippage limit
        <Explain term="Slippage limit">
          Others may trade before you. If you would get less than the quote by more than this, the
          transaction is refused and nothing is traded.
        </Explain>
      </span>
      {SLIPPAGE_CHOICES_BPS.map((bps) => (
        <label key={bps.toString()} className="figures flex min-h-8 items-center gap-1.5">
          <input
            type="radio"
            name="slippage"
            className="size-4 accent-accent"
            checked={bps === slippageBps}
            onChange={() => onSlippage(bps)}
          />
          {`${Number(bps) / 100}%`}
        </label>
      ))}
    </fieldset>
  );
}
