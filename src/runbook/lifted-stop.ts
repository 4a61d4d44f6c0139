/** A rule that somebody with the right to do so has signed to go on from, up to a value. */
export interface LiftedStop {
  /** The step it was signed for; null where a person stopped the run. */
  readonly step: string | null;
  readonly rule: string;
  /** Decimal number. */
  readonly observed: string;
}

/**
 * Whether a stop was signed for: the same rule, in the same step, at a value no larger than the signed one. A stop by a person
 * is named by its entry in the ledger, so the signature for one of them is for no other.
 */
export function isLifted(
  stop: Omit<LiftedStop, 'observed'> & { readonly observed: string | null },
  lifted: readonly LiftedStop[],
): boolean {
  const { observed } = stop;
  if (observed === null) return false;
  const same = lifted.filter(({ step, rule }) => step === stop.step && rule === stop.rule);
  if (stop.rule === 'runbook.stop-person') return same.some((one) => one.observed === observed);
  return same.some((one) => atMost(observed, one.observed));
}

/** Of decimals without a sign: `12.5` is at most `12.50`. */
export function atMost(value: string, limit: string): boolean {
  const scale = Math.max(fraction(value).length, fraction(limit).length);
  return units(value, scale) <= units(limit, scale);
}

const fraction = (text: string): string => text.split('.')[1] ?? '';

function units(text: string, scale: number): bigint {
  return BigInt((text.split('.')[0] ?? '') + fraction(text).padEnd(scale, '0'));
}
