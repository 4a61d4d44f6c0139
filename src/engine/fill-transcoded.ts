import type { BulkField, Exports } from '../connectors/index.ts';
import { findField } from '../model/index.ts';
import { identityIn } from './fill-pipe.ts';
import type { PipedSlice, SliceWork } from './slice-work.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/**
 * What is transcoded for this work: every target field takes one source field over, as it is or its text read as a value. A
 * text says why nothing can be, for people, without a full stop.
 */
export async function fillTranscoded(
  exports: Exports,
  target: WarrantedTarget,
  work: SliceWork,
): Promise<Omit<PipedSlice, 'slice'> | string> {
  const fields = takenFields(work);
  if (fields === null) return 'its mapping computes something';
  const plan = await target.planImport(work.target, fields, exports.formats);
  if (plan.kind === 'impossible') return plan.reason;
  const refused = (await exports.refuses?.(work.source, plan.load)) ?? null;
  if (refused !== null) return refused;
  return { load: plan.load, purgeReasons: [], key: identityIn(work, plan.load), bounded: true };
}

function takenFields({ source, target, transform }: SliceWork): readonly BulkField[] | null {
  const { takes } = transform;
  if (!takes) return null;
  return takes.flatMap(({ read, ...take }): BulkField[] => {
    const [field, to] = [findField(source, take.source), findField(target, take.target)];
    if (!field || !to) return [];
    return [
      { source: read === null ? { kind: 'field', field } : { kind: 'read', field, ...read }, target: to },
    ];
  });
}
