import type { Snapshot } from '../connectors/index.ts';
import type { Relation } from '../model/index.ts';
import { CanonicalForm } from './canonical-form.ts';
import { DigestBuckets } from './digest-buckets.ts';

const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;

/**
 * One digest over every record of a relation with all its fields, whatever their order: equal when, and only when, the same
 * records are there. A record that cannot be read counts with its original bytes.
 *
 * @returns hexadecimal SHA-256 over number and sum of the records' own digests
 */
export async function digestRelation(
  snapshot: Snapshot,
  relation: Relation,
  signal?: AbortSignal,
): Promise<string> {
  const fields = relation.fields.filter(({ synthetic }) => !synthetic);
  const form = new CanonicalForm(fields.map(({ type }) => type));
  // Only whether they are the same is asked, never which one differs.
  const buckets = new DigestBuckets(1);
  for await (const batch of snapshot.read(relation, wholeRelation)) {
    signal?.throwIfAborted();
    const places = fields.map(({ name }) => batch.fields.indexOf(name));
    for (const row of batch.rows) buckets.add(0, form.of(places.map((place) => row[place] ?? null)));
    for (const { original } of batch.bad) buckets.add(0, original);
  }
  return buckets.digest();
}
