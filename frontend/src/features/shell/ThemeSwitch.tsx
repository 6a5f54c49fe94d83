// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';

const CHOICES = ['system', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

const WORDS: Record<Choice, string> = { system: 'Auto', light: 'Light', dark: 'Dark' };

function apply(choice: Choice): void {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const isDark = choice === 'dark' || (choice === 'system' && prefersDark);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  localStorage.setItem('headwater.theme', choice);
}

/** Goes through system, light and dark. */
export function ThemeSwitch() {
  const [choice, setChoice] = useState<Choice>(() => {
    const kept = localStorage.getItem('headwater.theme');
    return CHOICES.find((each) => each === kept) ?? 'system';
  });
  const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] as Choice;
  return (
    <button
      type="button"
      className="min-h-8 shrink-0 rounded px-1 whitespace-nowrap text-xs text-muted hover:text-ink"
      aria-label={`${WORDS[choice]} colours. Change to ${WORDS[next]}.`}
      onClick={() => {
        apply(next);
        setChoice(next);
      }}
    >
      <span aria-hidden="true">◐ </span>
      {WORDS[choice]}
    </button>
  );
}
