import { GodwitError } from '../../model/index.ts';
import { shapeOf } from '../faults.ts';

/** A text that means another day under another DateStyle of the reader. */
export function ambiguousDate(text: string): GodwitError {
  return new GodwitError({
    code: 'expression.ambiguous-date',
    title: 'A date can be read in more than one way',
    detail: `${shapeOf(text)} is a different date, or none, when day, month and year are read in another order`,
    nextStep:
      "Say the order: to_date(text, 'DD/MM/YYYY') or to_timestamp(text, format) with the real format.",
    fate: 'never',
  });
}

/** A zone conversion that depends on which copy of the time zone database is asked. */
export function zoneRulesUncertain(detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'expression.zone-rules-uncertain',
    title: 'The offset of this zone at this time is not certain',
    detail,
    nextStep,
    fate: 'never',
  });
}

/** PostgreSQL 15 and 18 answer differently, so that a migration could mean two things. */
export function versionsDiffer(detail: string, nextStep: string): GodwitError {
  return new GodwitError({
    code: 'expression.versions-differ',
    title: 'PostgreSQL versions disagree about this',
    detail,
    nextStep,
    fate: 'never',
  });
}

/** `now`, `today`: the same record would give another value on another day. */
export function dependsOnClock(text: string): GodwitError {
  return new GodwitError({
    code: 'expression.depends-on-clock',
    title: 'A date text means the moment it is read',
    detail: `${JSON.stringify(text)} would be another value tomorrow; a migration must give the same value every time`,
    nextStep: 'Write the date itself, or leave such texts behind with nullif().',
    fate: 'never',
  });
}
