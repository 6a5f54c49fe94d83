// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';

/** The clock of this machine in milliseconds, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
