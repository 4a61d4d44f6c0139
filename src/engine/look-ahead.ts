import type { LookupCache } from './resolve-lookups.ts';
import type { Session } from './session.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';

/**
 * Shows the watch what a slice would bring, in the view of the source from which it is brought, and as the mapping makes it. A
 * slice that travels as bytes is read for this as records, once more.
 */
export async function lookAhead(
  session: Session,
  work: SliceWork,
  input: SliceInput,
  lookups: LookupCache,
): Promise<void> {
  const { transform } = work;
  const slice = { relation: work.target.name, fields: transform.targetFields, slice: input.number };
  const look = session.values?.look(slice);
  if (!look) return;
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  const ask = { run: session.run, target, mask: session.mask };
  for await (const { rows } of input.read(snapshot)) {
    const environment = await lookups.environmentFor(rows, transform, ask);
    for (const row of rows) {
      const outcome = transform.apply(row, environment);
      if (outcome.kind === 'records') for (const one of outcome.rows) look.see(one);
    }
  }
  look.done();
}
