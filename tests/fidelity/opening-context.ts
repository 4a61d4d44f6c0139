import type { OpenContext } from '../../src/connectors/port.ts';
import { type Seal, sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';

export const seal: Seal = sealFromKey(new Uint8Array(32).fill(7));

export function openingContext(role: 'source' | 'target'): OpenContext {
  const signal = new AbortController().signal;
  return { name: role, role, clock: systemClock, random: systemRandom, log: silentLog, seal, signal };
}
