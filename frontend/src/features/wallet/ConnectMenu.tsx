// SPDX-License-Identifier: Apache-2.0
import { DropdownMenu } from 'radix-ui';
import { useConnect, useConnection, useConnectors, useDisconnect } from 'wagmi';
import { useChain } from '../../chain/ChainProvider';
import { DEMO_CONNECTOR_ID } from '../../chain/demoConnector';
import { useAccount } from '../../chain/useAccount';
import { problemOf } from '../../errors/problemOf';
import { Notice } from '../../ui/Notice';
import { useDemoAccount } from './useDemoAccount';

const ITEM =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-3 text-left data-[highlighted]:bg-accent-soft outline-none';

/** The account in the corner: connect, see who is connected, leave. */
export function ConnectMenu({
  isOpen,
  onOpen,
}: {
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
}) {
  const { address, isReconnecting, isDemo } = useAccount();
  const connect = useConnect();
  const label = address
    ? `${address.slice(0, 6)}…${address.slice(-4)}`
    : isReconnecting
      ? 'Reconnecting…'
      : 'Connect';
  return (
    <div className="relative">
      <DropdownMenu.Root open={isOpen} onOpenChange={onOpen} modal={false}>
        <DropdownMenu.Trigger
          data-testid="account"
          className={`figures min-h-11 rounded-control px-4 text-sm font-medium whitespace-nowrap ${address ? 'border border-edge bg-surface hover:bg-sunken' : 'bg-accent text-on-accent hover:bg-accent-strong'}`}
        >
          {isDemo && <span className="mr-2 hidden font-normal text-muted sm:inline">Demo</span>}
          <span translate="no">{label}</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={8}
            collisionPadding={12}
            className="z-40 w-72 rounded-card border border-line bg-surface p-2 text-sm shadow-card"
          >
            {address ? <AccountItems /> : <WalletItems onConnect={connect.mutate} />}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {connect.error && !address && (
        <div className="absolute right-0 top-full z-30 mt-2 w-72" role="alert">
          <Notice tone="bad" title={problemOf(connect.error).title}>
            <p>{problemOf(connect.error).advice}</p>
          </Notice>
        </div>
      )}
    </div>
  );
}

function WalletItems({ onConnect }: { onConnect: ReturnType<typeof useConnect>['mutate'] }) {
  const { deployment } = useChain();
  const demo = useDemoAccount();
  const wallets = useConnectors().filter(({ id }) => id !== DEMO_CONNECTOR_ID);
  return (
    <>
      {demo.isOffered && (
        <DropdownMenu.Item className={ITEM} onSelect={() => void demo.start()}>
          <span>
            <span className="block font-medium">Demo account</span>
            <span className="block text-xs text-muted">
              A key in this browser, with test money. Nothing to install.
            </span>
          </span>
        </DropdownMenu.Item>
      )}
      {wallets.map((connector) => (
        <DropdownMenu.Item
          key={connector.uid}
          className={ITEM}
          onSelect={() => onConnect({ connector, chainId: deployment.chainId })}
        >
          {connector.icon?.startsWith('data:') && (
            <img src={connector.icon} alt="" className="size-6 rounded" />
          )}
          <span className="font-medium">{connector.name}</span>
        </DropdownMenu.Item>
      ))}
      {wallets.length === 0 && (
        <p className="px-3 py-2 text-xs text-muted">
          No wallet was found in this browser. A wallet extension shows up here by itself.
        </p>
      )}
    </>
  );
}

function AccountItems() {
  const { address, connector } = useConnection();
  const disconnect = useDisconnect();
  const demo = useDemoAccount();
  return (
    <>
      <p className="px-3 py-2">
        <span className="block text-xs text-muted">{connector?.name}</span>
        <span className="figures block text-xs break-all" translate="no">
          {address}
        </span>
      </p>
      <DropdownMenu.Item
        className={ITEM}
        onSelect={() => void navigator.clipboard.writeText(address ?? '')}
      >
        Copy address
      </DropdownMenu.Item>
      {demo.isOffered && (
        <DropdownMenu.Item className={ITEM} onSelect={() => void demo.fundConnected()}>
          Get test money
        </DropdownMenu.Item>
      )}
      <DropdownMenu.Item className={ITEM} onSelect={() => disconnect.mutate({})}>
        Disconnect
      </DropdownMenu.Item>
    </>
  );
}
