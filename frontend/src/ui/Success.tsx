// SPDX-License-Identifier: Apache-2.0
import { Button } from './Button';
import { Notice } from './Notice';

/** What was just done, read out once, until it is closed. */
export function Success({ words, onClose }: { words: string | undefined; onClose: () => void }) {
  if (words === undefined) return null;
  return (
    <div role="status" className="mt-4">
      <Notice tone="good" title={words}>
        <Button look="plain" isSmall className="-ml-3" onClick={onClose}>
          Close
        </Button>
      </Notice>
    </div>
  );
}
