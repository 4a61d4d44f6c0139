import type { BulkField, BulkSource, Exports } from '../connectors/index.ts';
import type { PushedField, PushedTransform } from '../expressions/index.ts';
import { findField, type SqlDialect } from '../model/index.ts';
import type { PipedSlice, SliceWork } from './slice-work.ts';
import type { WarrantedTarget } from './warranted-target.ts';

type Pipe = Omit<PipedSlice, 'slice'>;
type Pushed = Extract<PushedTransform, { kind: 'pushed' }>;

/**
 * What goes through a pipe for this work: fields as they are where the target takes them, else what the source computes of
 * them. A text says why nothing can, for people, without a full stop.
 */
export async function fillPipe(
  exports: Exports,
  target: WarrantedTarget,
  work: SliceWork,
): Promise<Pipe | string> {
  let why = 'its mapping computes something';
  for await (const filling of fillings(exports, work)) {
    if (typeof filling === 'string') return filling;
    const plan = await target.planImport(work.target, bulkFields(work, filling), exports.formats);
    if (plan.kind === 'load') return pipeOf(work, plan.load, filling);
    why = plan.reason;
  }
  return why;
}

/** The fillings that may be tried, those that compute least first; a text where there is none. */
async function* fillings(
  exports: Exports,
  { transform, source }: SliceWork,
): AsyncGenerator<Pushed | string> {
  const { copies } = transform;
  if (copies) yield ofCopies(copies.map((copy) => ({ ...copy, copyOf: copy.source, computed: null })));
  const dialect: SqlDialect | null = (transform.push && (await exports.dialect?.())) ?? null;
  const pushed = dialect && transform.push?.(dialect);
  if (!pushed) return;
  if (pushed.kind === 'impossible') {
    if (!copies) yield `its mapping is computed here: ${pushed.reason}`;
    return;
  }
  if (!copies) yield pushed;
  // Where a field as it is would be cut or rounded on the way, what is computed of it fails instead. Not so of the key:
  // its bounds have to be those of the source.
  yield {
    ...pushed,
    fields: pushed.fields.map((field) =>
      field.computed === null || source.identity.includes(field.copyOf ?? '')
        ? field
        : { ...field, copyOf: null },
    ),
  };
}

function ofCopies(fields: readonly PushedField[]): Pushed {
  return { kind: 'pushed', fields, purges: [] };
}

function bulkFields(work: SliceWork, { fields }: Pushed): readonly BulkField[] {
  return fields.flatMap((field) => {
    const [source, target] = [sourceOf(work, field), findField(work.target, field.target)];
    return source && target ? [{ source, target }] : [];
  });
}

function sourceOf(work: SliceWork, { copyOf, computed }: PushedField): BulkSource | null {
  const field = copyOf === null ? undefined : findField(work.source, copyOf);
  if (field) return { kind: 'field', field };
  return computed && { kind: 'computed', ...computed };
}

function pipeOf(work: SliceWork, load: Pipe['load'], { purges }: Pushed): Pipe {
  return {
    load: { ...load, purges: purges.map(({ sql }) => sql) },
    purgeReasons: purges.map(({ reason }) => reason),
    key: identityIn(work, load),
    bounded: true,
  };
}

/** The target fields that hold the source's identity as it is, in its order. */
export function identityIn({ source }: SliceWork, { fields }: Pipe['load']): readonly string[] {
  return source.identity.flatMap(
    (name) =>
      fields.find((field) => field.source.kind === 'field' && field.source.field.name === name)?.target
        .name ?? [],
  );
}
