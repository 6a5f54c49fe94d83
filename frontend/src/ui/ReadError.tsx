// SPDX-License-Identifier: Apache-2.0
import { Button } from './Button';
import { Notice } from './Notice';

/** A read of the chain that failed; local to the card that shows it. */
export function ReadError({ what, onRetry }: { what: string; onRetry: () => void }) {
  return (
    <Notice tone="warn" title={`The node did not answer for ${what}.`}>
      <p>Your funds are not affected. The page asks again with the next block.</p>
      <Button look="quiet" isSmall onClick={onRetry}>
        Ask now
      </Button>
    </Notice>
  );
}
