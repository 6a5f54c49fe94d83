// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'tokens.css'), 'utf8');

/** The hex colours of one theme block. */
function tokensOf(selector: string): Record<string, string> {
  const block = css.split(`${selector} {`)[1]?.split('}')[0] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]),
  );
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', ':root'],
  ['dark', ':root[data-theme="dark"]'],
])('%s theme', (_, selector) => {
  const tokens = tokensOf(selector);
  const ratio = (text: string, ground: string) =>
    contrast(tokens[text] ?? '', tokens[ground] ?? '');

  it.each(['ink', 'muted', 'accent', 'good', 'warn', 'bad'])('reads %s at 4.5:1', (text) => {
    for (const ground of ['paper', 'surface', 'sunken'])
      expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('reads ink on every soft ground and text on the accent at 4.5:1', () => {
    for (const ground of ['good-soft', 'warn-soft', 'bad-soft', 'accent-soft', 'raised'])
      expect(ratio('ink', ground)).toBeGreaterThanOrEqual(4.5);
    expect(ratio('on-accent', 'accent')).toBeGreaterThanOrEqual(4.5);
    expect(ratio('on-accent', 'accent-strong')).toBeGreaterThanOrEqual(4.5);
  });

  it('sees edges and the focus ring at 3:1', () => {
    for (const ground of ['paper', 'surface'])
      for (const line of ['edge', 'accent']) expect(ratio(line, ground)).toBeGreaterThanOrEqual(3);
  });
});
