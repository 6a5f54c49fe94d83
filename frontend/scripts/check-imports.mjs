// SPDX-License-Identifier: Apache-2.0
// Holds the directions of STYLE.md section 5: who in src/ may import whom, and which packages.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../src');

const rules = {
  domain: { rooms: ['domain'], packages: [] },
  errors: { rooms: ['errors', 'domain'], packages: ['viem'] },
  ui: { rooms: ['ui', 'domain'], packages: ['react', 'radix-ui', 'd3-scale', 'd3-shape'] },
  generated: { rooms: [], packages: [] },
  chain: {
    rooms: ['chain', 'generated', 'domain', 'errors'],
    packages: ['react', 'viem', 'wagmi', '@tanstack/react-query'],
  },
  features: {
    rooms: ['domain', 'chain', 'ui', 'errors', 'generated'],
    packages: ['react', 'react-router', 'radix-ui', 'viem', 'wagmi', '@tanstack/react-query'],
  },
  pages: {
    rooms: ['domain', 'chain', 'ui', 'errors', 'features', 'pages'],
    packages: ['react', 'react-router', 'wagmi'],
  },
};

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const packageOf = (specifier) =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];

const faults = [];
for (const path of filesBelow(root)) {
  if (!/\.tsx?$/.test(path) || /\.test\.tsx?$/.test(path)) continue;
  const [room, feature] = relative(root, path).split('/');
  const rule = rules[room];
  if (!rule) continue; // main.tsx and App.tsx put everything together.
  const text = readFileSync(path, 'utf8');
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
    const at = relative(join(root, '..'), path);
    if (!specifier.startsWith('.')) {
      if (!rule.packages.includes(packageOf(specifier)))
        faults.push(`${at}: ${room}/ may not import the package ${specifier}`);
      continue;
    }
    const [otherRoom, otherFeature] = relative(root, join(dirname(path), specifier)).split('/');
    const ownFeature = room === 'features' && otherRoom === 'features' && feature === otherFeature;
    if (!ownFeature && !rule.rooms.includes(otherRoom))
      faults.push(`${at}: ${room}/ may not import from ${otherRoom}/${otherFeature ?? ''}`);
  }
}

for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'import directions hold' : `${faults.length} import faults`);
process.exit(faults.length === 0 ? 0 : 1);
