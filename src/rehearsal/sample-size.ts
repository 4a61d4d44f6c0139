/**
 * How many records must be drawn so that, if at least a share `p` of them has a defect, at least one such record is among
 * them with confidence `c`: the smallest n with 1 - (1 - p)^n >= c. (299 for 1 % at 95 %, 2,995 for 0.1 %.)
 * @param p share of defective records, above 0 and below 1
 * @param c confidence, above 0 and below 1
 */
export function sampleSize(p: number, c: number): number {
  if (!(p > 0 && p < 1 && c > 0 && c < 1))
    throw new RangeError(`share ${p} and confidence ${c} must lie between 0 and 1`);
  return Math.ceil(Math.log1p(-c) / Math.log1p(-p));
}

/** The share of defective records that a sample of n would have shown with confidence c. */
export function provenShare(n: number, c: number): number {
  return n <= 0 ? 1 : -Math.expm1(Math.log1p(-c) / n);
}
