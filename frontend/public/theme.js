// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint, so that a dark page never flashes white. A file of its own,
// because the content security policy allows no inline script.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('headwater.theme') ?? 'system';
  } catch {
    // Storage may be closed (private window): the system's theme is used.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
