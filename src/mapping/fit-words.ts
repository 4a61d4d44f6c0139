import type { Finding } from '../model/index.ts';

/** How each reason for which a record cannot go is told: the finding's code, and the sentence around count and field. */
export function fitWords(refusalCode: string): FitWords {
  return words[refusalCode] ?? rejected;
}

export interface FitWords {
  readonly code: string;
  readonly severity: Finding['severity'];
  /** `<n> records of <source> <what> <target>.<field>` */
  readonly what: string;
  readonly fix: string;
}

/** What is said of so many records: of one record in the singular. */
export function whatOf({ what }: FitWords, count: bigint | number): string {
  if (Number(count) !== 1) return what;
  const verbs: Readonly<Record<string, string>> = { are: 'is', have: 'has', point: 'points', lose: 'loses' };
  return what
    .replace(/^\w+/, (verb) => verbs[verb] ?? verb)
    .replace('their', 'its')
    .replace('as records', 'as a record');
}

const rejected: FitWords = {
  code: 'fit.rejected',
  severity: 'block',
  what: 'cannot be transformed for',
  fix: 'Guard the expression (case, nullif, coalesce), correct the records in the source, or decide that they are quarantined.',
};

const words: Readonly<Record<string, FitWords>> = {
  'value.too-long': {
    code: 'fit.too-long',
    severity: 'block',
    what: 'are too long for',
    fix: 'Widen the target field, shorten on purpose with left(), or decide that these records are quarantined.',
  },
  'value.out-of-range': {
    code: 'fit.out-of-range',
    severity: 'block',
    what: 'are out of the range of',
    fix: 'Widen the target field, correct the records in the source, or decide that they are quarantined.',
  },
  'value.would-round': {
    code: 'fit.would-round',
    severity: 'block',
    what: 'would have to be rounded for',
    fix: 'Widen the target field, round on purpose with round(), or decide that these records are quarantined.',
  },
  'value.would-lose': {
    code: 'fit.would-lose',
    severity: 'block',
    what: 'would lose a part of their value in',
    fix: 'Choose a target field that holds it whole, give the part up on purpose with a cast, or decide that these records are quarantined.',
  },
  'target.type': {
    code: 'fit.not-held',
    severity: 'block',
    what: 'have a value that the target cannot keep as it is in',
    fix: 'Choose a target field that keeps it, say in the mapping what such a value becomes, or decide that these records are quarantined.',
  },
  'value.not-an-option': {
    code: 'fit.not-an-option',
    severity: 'block',
    what: 'have a value that is no option of',
    fix: 'Add a value map that covers them, or add the options to the target.',
  },
  'mapping.unmatched-value': {
    code: 'fit.unmatched-value',
    severity: 'block',
    what: 'have a value that is not in the value map of',
    fix: 'Add the values to `values`; or set `unmatched: quarantine` and decide that these records are quarantined.',
  },
  'mapping.required-null': {
    code: 'fit.required-null',
    severity: 'block',
    what: 'would be NULL in the required field',
    fix: 'Say with coalesce() what a missing value becomes, or purge such records with a reason.',
  },
  'value.no-new-id': {
    code: 'fit.orphan',
    severity: 'block',
    what: 'point at a record that will not be in the target, through',
    fix: 'Map the missing records, purge the orphans with a reason, or use lookup_or_null() to let the link go.',
  },
  'fit.link-lost': {
    code: 'fit.link-lost',
    severity: 'warn',
    what: 'lose their link, because its record will not be in the target, in',
    fix: 'Make sure that this is meant: lookup_or_null() turns these links into NULL.',
  },
  'fit.large-value': {
    code: 'fit.large-value',
    severity: 'warn',
    what: 'have a value of more than 64 MiB in',
    fix: 'Read, compared and written one by one they take several times the size of the largest in memory: rehearse with as much, or leave the field behind.',
  },
  'fit.bad-record': {
    code: 'fit.bad-record',
    severity: 'block',
    what: 'could not be read as records',
    fix: 'Correct them in the source, or decide that they are quarantined.',
  },
};
