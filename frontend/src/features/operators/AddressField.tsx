// SPDX-License-Identifier: Apache-2.0
import { useId } from 'react';
import { isAddress } from 'viem';

/** Where the address of somebody else is pasted. */
export function AddressField({
  label,
  text,
  onText,
  problem,
}: {
  label: string;
  text: string;
  onText: (text: string) => void;
  problem: string | undefined;
}) {
  const id = useId();
  const misread = text === '' || isAddress(text) ? undefined : 'This is not an address.';
  const fault = misread ?? problem;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <div
        className={`rounded-control border bg-surface px-3 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent ${fault ? 'border-bad' : 'border-edge'}`}
      >
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value.trim())}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          placeholder="0x…"
          aria-invalid={fault ? true : undefined}
          aria-describedby={`${id}-note`}
          className="figures min-h-12 w-full min-w-0 bg-transparent outline-none placeholder:text-muted"
        />
      </div>
      <p
        id={`${id}-note`}
        className={`mt-1 mb-2 min-h-5 text-sm ${fault ? 'text-bad' : 'text-muted'}`}
      >
        {fault}
      </p>
    </div>
  );
}
