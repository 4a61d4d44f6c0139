import type { Seal } from '../../host/index.ts';
import { keyValues, type Row, recordKey, type Slice } from '../../model/index.ts';

/** Keys may be personal, so a journal keeps the bounds of a slice sealed, bound to their place. */
export function sealRange(seal: Seal, run: string, step: string, { number, after, upTo }: Slice): Uint8Array {
  const text = (bound: Row | null): string | null => bound && recordKey(bound);
  const plain = new TextEncoder().encode(JSON.stringify([text(after), text(upTo)]));
  return seal.seal(plain, rangeContext(run, step, number));
}

export function openRange(
  seal: Seal,
  run: string,
  step: string,
  slice: number,
  sealed: Uint8Array,
): Pick<Slice, 'after' | 'upTo'> {
  const plain = seal.open(sealed, rangeContext(run, step, slice));
  const [after, upTo] = JSON.parse(new TextDecoder().decode(plain)) as [string | null, string | null];
  return { after: after === null ? null : keyValues(after), upTo: upTo === null ? null : keyValues(upTo) };
}

function rangeContext(run: string, step: string, slice: number): string {
  return JSON.stringify(['journal range', run, step, slice]);
}
