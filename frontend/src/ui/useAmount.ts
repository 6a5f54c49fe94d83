// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { parseAmount } from '../domain/parseAmount';

/** The text of an amount field, and the base units that it stands for; nothing for zero. */
export function useAmount(decimals: number) {
  const [text, setText] = useState('');
  const parsed = parseAmount(text, decimals);
  const assets = parsed.ok && parsed.baseUnits > 0n ? parsed.baseUnits : undefined;
  return { text, setText, assets, clear: () => setText('') };
}
