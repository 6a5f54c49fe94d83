// SPDX-License-Identifier: Apache-2.0
// A private devnet for the journey: own ports, own state folder, prices only by hand.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const STARTED_WITHIN_MILLISECONDS = 900_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts chain, contracts and page server; resolves when all of them are healthy. */
export async function startDevnet(pageFolder) {
  const python = process.env.HEADWATER_PYTHON ?? join(root, '.venv/bin/python');
  if (!existsSync(python)) throw new Error(`there is no ${python}: run "make test" first`);
  const stateFolder = mkdtempSync(join(tmpdir(), 'headwater-e2e-'));
  const [chainPort, l1Port, pagePort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    HEADWATER_STATE_DIR: stateFolder,
    HEADWATER_CHAIN_PORT: String(chainPort),
    HEADWATER_L1_PORT: String(l1Port),
    HEADWATER_PAGE_PORT: String(pagePort),
    HEADWATER_PAGE_FOLDER: pageFolder,
  };
  const absent = ['l1', 'publisher', 'traffic', 'keeper'].map((service) => `--no-${service}`);
  const up = spawn(python, ['-m', 'scripts.up', ...absent, '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  up.stderr.on('data', (chunk) => {
    said += chunk;
  });

  const stop = async () => {
    if (up.exitCode === null && up.signalCode === null) {
      const closed = new Promise((resolve) => up.once('close', resolve));
      up.kill('SIGTERM');
      const killer = setTimeout(() => up.kill('SIGKILL'), 30_000);
      await closed;
      clearTimeout(killer);
    }
    rmSync(stateFolder, { recursive: true, force: true });
  };

  try {
    const facts = await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the devnet was not up in time:\n${said}`)),
        STARTED_WITHIN_MILLISECONDS,
      );
      let line = '';
      up.stdout.on('data', (chunk) => {
        line += chunk;
        if (!line.includes('\n')) return;
        clearTimeout(timer);
        resolve(JSON.parse(line));
      });
      up.once('close', () => {
        clearTimeout(timer);
        reject(new Error(`the devnet did not start:\n${said}`));
      });
    });
    const setPrices = (...prices) =>
      promisify(execFile)(
        python,
        ['-m', 'scripts.operate.publisher', ...prices.flatMap((price) => ['--set', price])],
        { cwd: root, env },
      );
    return {
      pageUrl: facts.page_url,
      rpcUrl: facts.rpc_url,
      deployment: JSON.parse(readFileSync(facts.deployment, 'utf8')),
      setPrices,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
