import type { Journal } from '../../../src/engine/index.ts';
import { Draw } from '../../storm/draw.ts';
import { drawCall, firstCall, type JournalCall } from '../../storm/journal-disk/journal-calls.ts';

/**
 * The call at that place of a sequence, the same for everybody who has made the calls before it.
 *
 * @param promised a journal that has seen them
 */
export async function callAt(seed: number, at: number, promised: Journal): Promise<JournalCall> {
  return at === 0 ? firstCall : drawCall(new Draw(Math.imul(seed, 0x9e3779b1) + at), promised);
}
