// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';

const PLACES = [
  { to: '/markets', name: 'Markets' },
  { to: '/vaults', name: 'Vaults' },
  { to: '/pools', name: 'Pools' },
  { to: '/stake', name: 'Stake' },
  { to: '/portfolio', name: 'Portfolio' },
] as const;

/** Frame of every page: head, navigation, content, strip. */
export function AppShell({
  account,
  banner,
  strip,
  children,
}: {
  account: ReactNode;
  banner: ReactNode;
  strip: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="absolute left-4 -top-20 z-50 rounded-control bg-accent px-4 py-2 text-on-accent focus:top-2"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-surface">
        <div className="mx-auto flex h-16 max-w-6xl items-center gap-8 px-4 sm:px-6">
          <NavLink to="/" className="flex items-center gap-2.5 rounded font-semibold" end>
            <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
              <rect width="32" height="32" rx="8" className="fill-accent" />
              <path
                d="M6 12c3.3-3 6.7-3 10 0s6.7 3 10 0M6 20c3.3-3 6.7-3 10 0s6.7 3 10 0"
                className="fill-none stroke-on-accent"
                strokeWidth="2.6"
                strokeLinecap="round"
              />
            </svg>
            Headwater
          </NavLink>
          <nav aria-label="Main" className="hidden h-full md:block">
            <ul className="flex h-full gap-6">
              {PLACES.map(({ to, name }) => (
                <li key={to} className="h-full">
                  <NavLink
                    to={to}
                    className="flex h-full items-center border-b-2 border-transparent text-sm text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
                  >
                    {name}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className="ml-auto">{account}</div>
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl flex-1 px-4 pt-6 pb-10 outline-none sm:px-6 sm:pt-10"
      >
        {banner}
        {children}
      </main>
      <footer className="border-t border-line pb-14 md:pb-0">
        <div className="mx-auto flex max-w-6xl items-center justify-between gap-4 px-4 py-3 sm:px-6">
          {strip}
        </div>
      </footer>
      <nav
        aria-label="Main, small screen"
        className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface md:hidden"
      >
        <ul className="grid grid-cols-5">
          {PLACES.map(({ to, name }) => (
            <li key={to}>
              <NavLink
                to={to}
                className="flex min-h-14 items-center justify-center border-t-2 border-transparent text-xs text-muted aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}
