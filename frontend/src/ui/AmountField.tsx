// SPDX-License-Identifier: Apache-2.0
import { useId } from 'react';
import { exactText } from '../domain/decimalText';
import { formatAmount } from '../domain/formatAmount';
import { type AmountIssue, parseAmount } from '../domain/parseAmount';

const WORDS: Record<Exclude<AmountIssue, 'empty'>, string> = {
  not_a_number: 'This is not a number.',
  ambiguous: 'This can be read in two ways. Leave out the comma, or write a point for decimals.',
  too_many_decimals: 'This has more decimals than the token.',
  too_large: 'This number is too large.',
};

/** Where an amount of one token is typed: comma or point, with a button for the most. */
export function AmountField({
  label,
  symbol,
  decimals,
  text,
  onText,
  max,
  maxLabel = 'Available',
  note,
  problem,
  shown = (assets) => formatAmount(assets, decimals),
  isDisabled = false,
}: {
  label: string;
  symbol: string;
  decimals: number;
  text: string;
  onText: (text: string) => void;
  max?: bigint | undefined;
  maxLabel?: string;
  note?: string | undefined;
  problem?: string | undefined;
  /** How an amount of this token is written, without its symbol. */
  shown?: (assets: bigint) => string;
  isDisabled?: boolean;
}) {
  const id = useId();
  const parsed = parseAmount(text, decimals);
  const misread = parsed.ok || parsed.issue === 'empty' ? undefined : WORDS[parsed.issue];
  const fault = misread ?? problem;
  // A comma was typed: say how it was read, before anything is built on it.
  const echo =
    parsed.ok && text.includes(',')
      ? `Read as ${exactText(parsed.baseUnits, decimals)} ${symbol}.`
      : undefined;
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-2 text-sm">
        <label htmlFor={id} className="font-medium whitespace-nowrap">
          {label}
        </label>
        {max !== undefined && (
          <span className="figures text-right text-muted" translate="no">
            {maxLabel} {shown(max)}
          </span>
        )}
      </div>
      <div
        className={`flex items-center gap-2 rounded-control border bg-surface pl-3 ${max === undefined ? 'pr-3' : 'pr-1.5'} focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent ${fault ? 'border-bad' : 'border-edge'}`}
      >
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value)}
          inputMode="decimal"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          placeholder="0"
          disabled={isDisabled}
          aria-invalid={fault ? true : undefined}
          aria-describedby={`${id}-note`}
          className="figures min-h-12 w-full min-w-0 bg-transparent text-lg outline-none placeholder:text-muted"
        />
        <span className="shrink-0 text-sm text-muted" translate="no">
          {symbol}
        </span>
        {max !== undefined && (
          <button
            type="button"
            disabled={isDisabled || max === 0n}
            onClick={() => onText(exactText(max, decimals))}
            aria-label={`Max: ${shown(max)} ${symbol}`}
            className="min-h-9 shrink-0 rounded-md px-2.5 text-sm font-medium text-accent hover:bg-accent-soft disabled:text-muted"
          >
            Max
          </button>
        )}
      </div>
      <p
        id={`${id}-note`}
        className={`mt-1 mb-2 min-h-5 text-sm ${fault ? 'text-bad' : 'text-muted'}`}
      >
        {fault ?? echo ?? note}
      </p>
    </div>
  );
}
