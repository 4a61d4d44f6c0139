import { isGodwitError } from '../../model/index.ts';
import { DateDraft, type DateOrder } from './date-draft.ts';
import { ambiguousDate } from './faults.ts';

/**
 * Reads a text under DateStyle MDY; when the order of day, month and year mattered, under the two others as well.
 * Throws `expression.ambiguous-date` unless all three give the same, or all fail.
 */
export function readInAnyOrder(text: string, read: (draft: DateDraft) => string): string {
  const first = attempt('mdy', read);
  const differs = (order: DateOrder): boolean => {
    const other = attempt(order, read);
    if ('error' in first || 'error' in other) return 'error' in first !== 'error' in other;
    return first.result !== other.result;
  };
  if (first.asked && (differs('dmy') || differs('ymd'))) throw ambiguousDate(text);
  if ('error' in first) throw first.error;
  return first.result;
}

type Attempt = { readonly asked: boolean } & ({ readonly result: string } | { readonly error: unknown });

function attempt(order: DateOrder, read: (draft: DateDraft) => string): Attempt {
  const draft = new DateDraft(order);
  try {
    return { result: read(draft), asked: draft.askedOrder };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return { error, asked: draft.askedOrder };
  }
}
