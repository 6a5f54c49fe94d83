// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { BrowserRouter } from 'react-router';
import { App } from './App';
import { ChainProvider } from './chain/ChainProvider';
import { DeploymentError } from './chain/deployment';
import { loadDeployment } from './chain/loadDeployment';
import { type ChainSetup, createChainSetup } from './chain/setup';
import { verifyChain } from './chain/verifyChain';
import { Button } from './ui/Button';
import { Notice } from './ui/Notice';

type State =
  | { kind: 'starting' }
  | { kind: 'ready'; setup: ChainSetup }
  | { kind: 'failed'; title: string; advice: string };

const RETRY_MILLISECONDS = 3_000;

async function prepare(): Promise<ChainSetup> {
  const setup = createChainSetup(await loadDeployment());
  await verifyChain(setup.client, setup.deployment);
  return setup;
}

/** Finds the chain, checks that it is the right one, and only then shows the page. */
export function Start() {
  const [state, setState] = useState<State>({ kind: 'starting' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt looks anew.
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    prepare()
      .then((setup) => isCurrent && setState({ kind: 'ready', setup }))
      .catch((error: unknown) => {
        if (!isCurrent) return;
        const isDeployment = error instanceof DeploymentError;
        setState({
          kind: 'failed',
          title: isDeployment ? `${upperFirst(error.message)}.` : 'The node does not answer.',
          advice: isDeployment
            ? 'Run the deployment again on this chain; the page looks again by itself.'
            : 'The page asks again by itself. If it stays so, check that the chain is running.',
        });
        timer = setTimeout(() => setAttempt((known) => known + 1), RETRY_MILLISECONDS);
      });
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [attempt]);

  if (state.kind === 'ready')
    return (
      <ChainProvider setup={state.setup}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </ChainProvider>
    );
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-4 px-4">
      <h1 className="text-lg">Headwater</h1>
      {state.kind === 'starting' ? (
        <p role="status" className="text-muted">
          Looking for the chain…
        </p>
      ) : (
        <div role="alert">
          <Notice tone="warn" title={state.title}>
            <p>{state.advice}</p>
            <Button look="quiet" isSmall onClick={() => setAttempt(attempt + 1)}>
              Look now
            </Button>
          </Notice>
        </div>
      )}
    </main>
  );
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
