import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { showMs } from './read-value.ts';
import { invalid } from './refusal.ts';
import type { Routed } from './route.ts';

/** What a batch answers. Dated paths have no 207 any more: the same body comes with 200. */
export function batchAnswer(
  { request: { nowMs }, isDated }: Routed,
  status: number,
  results: readonly unknown[],
  errors: readonly unknown[] = [],
): PracticeAnswer {
  return jsonAnswer(isDated && status === 207 ? 200 : status, {
    status: 'COMPLETE',
    results,
    ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
    startedAt: showMs(nowMs),
    completedAt: showMs(nowMs),
  });
}

/** Throws 400 for a batch of none, and of more than may be in one call. */
export function fewInputs<Input>(inputs: readonly Input[], most: number): readonly Input[] {
  if (inputs.length === 0) throw invalid('Batch input provided should have at least one object.');
  if (inputs.length > most)
    throw invalid(`The maximum number of inputs supported in a batch request is ${most}`);
  return inputs;
}
