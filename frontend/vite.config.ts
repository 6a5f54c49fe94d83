// SPDX-License-Identifier: Apache-2.0
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The page talks to its own origin and to an RPC on this machine. A deployment whose RPC lives
// elsewhere names it when building; nothing else can be reached, whatever the code does.
const rpcSources = process.env.HEADWATER_CONNECT_SRC ?? 'http://127.0.0.1:* http://localhost:*';

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  `connect-src 'self' ${rpcSources}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig(({ command }) => ({
  plugins: [
    react(),
    tailwindcss(),
    {
      name: 'headwater-csp',
      transformIndexHtml: (html: string) =>
        // The dev server needs inline scripts and a socket for hot reload; only builds ship.
        command === 'build'
          ? html.replace('%HEADWATER_CSP%', contentSecurityPolicy)
          : html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''),
    },
  ],
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  preview: { host: '127.0.0.1', port: 5173, strictPort: true },
  test: {
    restoreMocks: true,
    // One worker that stays: starting workers costs more than these tests.
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'rules', environment: 'node', include: ['src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'components',
          environment: 'happy-dom',
          setupFiles: ['./test/setup.ts'],
          include: ['src/**/*.test.tsx'],
        },
      },
    ],
  },
}));
