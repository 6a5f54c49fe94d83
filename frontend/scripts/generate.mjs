// SPDX-License-Identifier: Apache-2.0
// Writes src/generated/<name>Abi.ts from the committed ABIs in deployments/abi, so that a fresh
// clone builds the page without a compiler for the contracts.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = process.env.HEADWATER_ABI_DIR ?? join(here, '../../deployments/abi');
const target = join(here, '../src/generated');

// What the page calls and looks up in logs, by contract. The rest is left out: every entry is
// shipped to every visitor.
const wanted = {
  Lens: ['markets', 'account', 'pairs', 'vaults', 'staking', 'queue_tickets'],
  Accounts: ['batch', 'pledge', 'unpledge'],
  Operators: ['grant', 'revoke', 'revoke_all', 'grant_of', 'OperatorGranted'],
  Orders: [
    'set_order',
    'cancel_order',
    'execute',
    'due_assets',
    'order_of',
    'orders_of',
    'OrderSet',
    'OrderExecuted',
    'OrderRemoved',
  ],
  LendingPool: [
    'deposit',
    'deposit_with_permit',
    'withdraw',
    'redeem',
    'borrow',
    'repay',
    'repay_with_permit',
  ],
  ExitQueue: ['join', 'claim', 'cancel', 'waiting_shares'],
  VolatilePair: ['claim_fees'],
  Router: ['swap_exact_in', 'add_liquidity', 'remove_liquidity'],
  YieldVault: ['deposit', 'withdraw', 'redeem'],
  StakingPool: [
    'deposit',
    'redeem',
    'start_cooldown',
    'cancel_cooldown',
    'claim_rewards',
    'cooldown_seconds',
    'window_seconds',
  ],
  FeeCollector: ['stream_of', 'staker_share_bps'],
  Faucet: ['drop', 'can_drop'],
  TestToken: [
    'approve',
    'allowance',
    'balanceOf',
    'nonces',
    'DOMAIN_SEPARATOR',
    'eip712Domain',
    'decimals',
    'symbol',
  ],
};

function readAbi(contract) {
  const path = join(source, `${contract}.json`);
  let parsed;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    fail(
      `cannot read deployments/abi/${contract}.json (${error.code ?? error.message}): run "make abi" first`,
    );
  }
  return Array.isArray(parsed) ? parsed : parsed.abi;
}

function fail(message) {
  console.error(`generate: ${message}`);
  process.exit(1);
}

const files = Object.entries(wanted).map(([contract, names]) => {
  const abi = readAbi(contract);
  const entries = abi.filter((entry) => names.includes(entry.name));
  const missing = names.filter((name) => !entries.some((entry) => entry.name === name));
  if (missing.length > 0) fail(`${contract} has no ${missing.join(', ')} in deployments/abi`);
  const name = `${contract[0].toLowerCase()}${contract.slice(1)}Abi`;
  const text = `// Generated from deployments/abi/${contract}.json by scripts/generate.mjs. Do not edit.\nexport const ${name} = ${JSON.stringify(entries, null, 2)} as const;\n`;
  return [`${name}.ts`, text];
});

// Only what differs is touched: a build that runs at the same time never finds a file missing.
mkdirSync(target, { recursive: true });
for (const stale of readdirSync(target))
  if (!files.some(([file]) => file === stale)) rmSync(join(target, stale));
for (const [file, text] of files) {
  const path = join(target, file);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
