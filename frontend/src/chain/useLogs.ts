// SPDX-License-Identifier: Apache-2.0
import { useRef } from 'react';
import { type Address, formatLog, type Log, numberToHex, pad } from 'viem';
import { type LogScan, scanLogs } from './scanLogs';
import { useChainQuery } from './useChainQuery';

/**
 * What a contract has logged about an account, as far back as `scanLogs` goes, then block by
 * block. `topics` are the events; the account is their indexed field number `place`.
 */
export function useLogs(
  contract: Address | undefined,
  topics: readonly `0x${string}`[],
  place: 1 | 2,
  account: Address | undefined,
) {
  const key = [contract ?? '', account ?? ''];
  const known = useRef<{ key: string; scan: LogScan<Log> }>(undefined);
  return useChainQuery(
    ['logs', ...key],
    async (client) => {
      const about = pad(account as Address);
      const read = async (from: bigint, to: bigint) => {
        const logs = await client.request({
          method: 'eth_getLogs',
          params: [
            {
              address: contract as Address,
              topics: place === 1 ? [[...topics], about] : [[...topics], null, about],
              fromBlock: numberToHex(from),
              toBlock: numberToHex(to),
            },
          ],
        });
        return logs.map((log) => formatLog(log));
      };
      const last = known.current?.key === key.join() ? known.current.scan : undefined;
      const scan = await scanLogs(read, await client.getBlockNumber(), last);
      known.current = { key: key.join(), scan };
      return scan;
    },
    { isEnabled: contract !== undefined && account !== undefined },
  );
}
