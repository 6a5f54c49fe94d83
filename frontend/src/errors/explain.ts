// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '../domain/flow';
import { problemOf } from './problemOf';

/** `problemOf` with the words for every reason of a contract, which load when something fails. */
export async function explain(error: unknown): Promise<Problem> {
  const { catalogue } = await import('./catalogue.en').catch(() => ({ catalogue: {} }));
  return problemOf(error, catalogue);
}
