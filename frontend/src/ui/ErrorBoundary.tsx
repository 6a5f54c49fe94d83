// SPDX-License-Identifier: Apache-2.0
import { Component, type ReactNode } from 'react';
import { Button } from './Button';
import { Notice } from './Notice';

/** A fault of the page itself: says so, and offers to start over. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <main className="mx-auto grid min-h-dvh max-w-md content-center px-4" role="alert">
        <Notice tone="bad" title="The page stopped because of a fault of its own.">
          <p>
            Your funds are not affected. Reload the page; if you translate pages in the browser,
            switch that off here.
          </p>
          <details>
            <summary>Details</summary>
            <code className="break-words text-xs">{this.state.error.message}</code>
          </details>
          <Button look="quiet" isSmall onClick={() => location.reload()}>
            Reload
          </Button>
        </Notice>
      </main>
    );
  }
}
