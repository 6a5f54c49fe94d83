// SPDX-License-Identifier: Apache-2.0
// Fails when a built file is heavier (gzip) than its budget.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const KB = 1_000;
const BUDGETS = { entry: 240 * KB, chunk: 40 * KB, css: 15 * KB, font: 50 * KB };

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const assets = readdirSync(join(dist, 'assets'));
const sizeOf = (name) => {
  const bytes = readFileSync(join(dist, 'assets', name));
  return name.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length;
};

// The entry is everything that the HTML asks for before any route is chosen.
const entryScripts = assets.filter((name) => name.endsWith('.js') && html.includes(name));
const rows = [
  ['entry JS', entryScripts.reduce((sum, name) => sum + sizeOf(name), 0), BUDGETS.entry],
  ...assets
    .filter((name) => name.endsWith('.js') && !entryScripts.includes(name))
    .map((name) => [name, sizeOf(name), BUDGETS.chunk]),
  ...assets
    .filter((name) => name.endsWith('.css'))
    .map((name) => [name, sizeOf(name), BUDGETS.css]),
  ...assets
    .filter((name) => name.endsWith('.woff2'))
    .map((name) => [name, sizeOf(name), BUDGETS.font]),
];

let over = 0;
for (const [name, size, budget] of rows.sort((a, b) => b[1] - a[1])) {
  const verdict = size > budget ? 'OVER' : 'ok';
  if (size > budget) over += 1;
  console.log(
    `${verdict.padEnd(5)}${(size / KB).toFixed(1).padStart(7)} kB of ${budget / KB} kB  ${name}`,
  );
}
process.exit(over === 0 ? 0 : 1);
