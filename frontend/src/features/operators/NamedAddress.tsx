// SPDX-License-Identifier: Apache-2.0
import { useChain } from '../../chain/ChainProvider';
import type { HexAddress } from '../../domain/market';
import { AddressText } from '../../ui/AddressText';

/** An address with its name, if it is one of our contracts or the account itself. */
export function NamedAddress({ address, owner }: { address: HexAddress; owner: HexAddress }) {
  const { deployment } = useChain();
  const isHere = (other: string) => other.toLowerCase() === address.toLowerCase();
  const known = Object.entries(deployment.contracts).find(([, other]) => isHere(other));
  const name = isHere(owner) ? 'You' : known?.[0];
  return (
    <span className="inline-flex flex-wrap items-baseline justify-end gap-x-2">
      {name}
      <AddressText address={address} />
    </span>
  );
}
