import { randomBytes, randomUUID } from 'node:crypto';

/** Randomness, injected so that a seed can replay a run. */
export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): string;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };
