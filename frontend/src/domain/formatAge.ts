// SPDX-License-Identifier: Apache-2.0
import { formatDuration } from './formatDuration';

/** How long ago something was, in its largest unit: "22 min ago". */
export function formatAge(seconds: bigint): string {
  return `${formatDuration(seconds).split(' ').slice(0, 2).join(' ')} ago`;
}
