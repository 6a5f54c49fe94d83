// SPDX-License-Identifier: Apache-2.0
// Runs vitest and prints the plain last line "N passed, N failed" that the suite runner reads.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'headwater-unit-'));
const output = join(folder, 'result.json');
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

vitest.on('close', (status) => {
  let passed = 0;
  let failed = 0;
  try {
    const result = JSON.parse(readFileSync(output, 'utf8'));
    passed = result.numPassedTests;
    // A file that does not even load counts as one failure.
    failed = Math.max(result.numFailedTests, result.numFailedTestSuites > 0 ? 1 : 0);
  } catch {
    failed = 1;
  }
  if (status !== 0 && failed === 0) failed = 1;
  rmSync(folder, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
});
