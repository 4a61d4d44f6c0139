import { GodwitError } from '../../model/index.ts';

/** A record of which the bulk lane is not certain. It ends the slice, whose records then go one by one; nothing is lost. */
export function notCertain(relation: string, field: string | null): GodwitError {
  return new GodwitError({
    code: 'bulk.not-certain',
    title: 'A record does not travel in bulk',
    detail: field === null ? `of ${relation}` : `its ${field}, of ${relation}`,
    nextStep: 'Nothing: the records of its slice are brought over one by one.',
    fate: 'never',
    where: { relation, ...(field !== null && { field }) },
  });
}
