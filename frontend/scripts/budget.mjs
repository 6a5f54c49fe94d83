// SPDX-License-Identifier: Apache-2.0
// Builds the page in memory and fails when a file is heavier (gzip) than its budget.
// `--all` lists every file, else only the entry and what is over.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const KB = 1_000;
const BUDGETS = { entry: 240 * KB, chunk: 40 * KB, css: 15 * KB, font: 50 * KB };

const { output } = await build({
  root: join(dirname(fileURLToPath(import.meta.url)), '..'),
  build: { write: false },
  logLevel: 'warn',
});
const sizeOf = (file) => {
  const content = file.type === 'chunk' ? file.code : file.source;
  return file.fileName.endsWith('.woff2') ? content.length : gzipSync(content).length;
};

// The entry is everything that is loaded before any route is chosen.
const chunks = new Map(
  output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]),
);
const entry = new Set();
function addWithImports(name) {
  if (entry.has(name)) return;
  entry.add(name);
  for (const imported of chunks.get(name).imports) addWithImports(imported);
}
for (const chunk of chunks.values()) if (chunk.isEntry) addWithImports(chunk.fileName);

const row = (budget) => (file) => [file.fileName, sizeOf(file), budget];
const assetsOf = (extension) => output.filter(({ fileName }) => fileName.endsWith(extension));
const rows = [
  ['entry JS', [...entry].reduce((sum, name) => sum + sizeOf(chunks.get(name)), 0), BUDGETS.entry],
  ...[...chunks.values()].filter(({ fileName }) => !entry.has(fileName)).map(row(BUDGETS.chunk)),
  ...assetsOf('.css').map(row(BUDGETS.css)),
  ...assetsOf('.woff2').map(row(BUDGETS.font)),
];

const isFull = process.argv.includes('--all');
for (const [name, size, budget] of rows.sort((a, b) => b[1] - a[1])) {
  const isOver = size > budget;
  if (isFull || isOver || name === 'entry JS')
    console.log(
      `${isOver ? 'OVER' : 'ok'}  ${(size / KB).toFixed(1)} kB of ${budget / KB} kB  ${name}`,
    );
}
const over = rows.filter(([, size, budget]) => size > budget).length;
console.log(over === 0 ? `budgets hold for ${rows.length} files` : `${over} files over budget`);
process.exit(over === 0 ? 0 : 1);
