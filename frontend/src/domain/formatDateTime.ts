// SPDX-License-Identifier: Apache-2.0

/** Chain time in the reader's zone: "Tue 5 May, 14:05". */
export function formatDateTime(seconds: bigint): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(Number(seconds) * 1_000));
}
