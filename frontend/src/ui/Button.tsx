// SPDX-License-Identifier: Apache-2.0
import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'quiet' | 'plain';

const LOOKS: Record<Look, string> = {
  primary:
    'bg-accent text-on-accent hover:bg-accent-strong disabled:bg-sunken disabled:text-muted disabled:border-line border border-transparent',
  quiet:
    'border border-edge bg-surface text-ink hover:bg-sunken disabled:text-muted disabled:border-line',
  plain: 'text-accent hover:bg-accent-soft disabled:text-muted',
};

/** A button; 44 px high unless it is small. */
export function Button({
  look = 'primary',
  isSmall = false,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; isSmall?: boolean }) {
  const size = isSmall ? 'min-h-8 px-3 text-sm' : 'min-h-11 px-4';
  return (
    <button
      type="button"
      className={`rounded-control font-medium transition-colors disabled:cursor-not-allowed ${size} ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}
