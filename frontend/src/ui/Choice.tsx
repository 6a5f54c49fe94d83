// SPDX-License-Identifier: Apache-2.0
import { useId } from 'react';
import { Explain } from './Explain';

/** One of a few, all of them in sight. */
export function Choice<Value extends string | number | bigint>({
  name,
  explanation,
  options,
  chosen,
  onChoose,
}: {
  name: string;
  explanation?: string;
  options: readonly { value: Value; label: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const id = useId();
  return (
    <fieldset className="mb-4 text-sm">
      <legend className="sr-only">{name}</legend>
      <p className="flex items-center gap-1 font-medium">
        <span aria-hidden="true">{name}</span>
        {explanation && <Explain term={name}>{explanation}</Explain>}
      </p>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {options.map(({ value, label }) => (
          <label key={String(value)} className="figures flex min-h-8 items-center gap-1.5">
            <input
              type="radio"
              name={id}
              className="size-4 accent-accent"
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
