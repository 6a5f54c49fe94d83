// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.en';

const contracts = join(dirname(fileURLToPath(import.meta.url)), '../../../contracts');

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'mocks' ? [] : sourcesBelow(path);
    return entry.name.endsWith('.vy') ? [path] : [];
  });
}

/** Reasons in asserts, raises and docstrings: "<contract>: <fact>". */
function reasonsOf(source: string): string[] {
  const found = source.matchAll(/"([a-z][a-z0-9-]*: [^"\n]+)"/g);
  return [...found].map(([, reason]) => reason as string);
}

const sources = sourcesBelow(contracts);
const reasons = new Set(sources.flatMap((path) => reasonsOf(readFileSync(path, 'utf8'))));

describe('catalogue', () => {
  it('finds the reasons in the contracts', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(reasons.size).toBeGreaterThan(50);
  });

  it('has words for every reason of every contract', () => {
    const wordless = [...reasons].filter((reason) => !(reason in catalogue)).sort();
    expect(wordless).toEqual([]);
  });

  it('keeps no words for reasons that no contract has', () => {
    const foreign = /^(erc20|ecdsa|ownable|ownable_2step): /;
    const unused = Object.keys(catalogue).filter(
      (reason) => !reasons.has(reason) && !foreign.test(reason),
    );
    expect(unused).toEqual([]);
  });

  it('says what happened and what to do, in sentences', () => {
    for (const { title, advice } of Object.values(catalogue)) {
      expect(title).toMatch(/^[A-Z].*\.$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
      expect(`${title}${advice}`).not.toMatch(/!|[Oo]ops/);
    }
  });
});
