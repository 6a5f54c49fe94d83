// SPDX-License-Identifier: Apache-2.0
import { createContext, useContext } from 'react';

const OpenConnect = createContext<() => void>(() => undefined);

/** Lets everything below open the wallet menu. */
export const OpenConnectProvider = OpenConnect.Provider;

/** Stands where an account is needed. */
export function ConnectPrompt() {
  const open = useContext(OpenConnect);
  return (
    <p>
      <button type="button" onClick={open} className="rounded font-medium text-accent underline">
        Connect a wallet or use a demo account
      </button>{' '}
      to go on.
    </p>
  );
}
