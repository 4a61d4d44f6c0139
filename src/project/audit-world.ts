import {
  type AuditedObject,
  type AuditedRelation,
  auditRelation,
  FollowedReferences,
  type IdSource,
  type RelationAudit,
  type RelationCheck,
} from '../audit/index.ts';
import type { OpenSystem } from '../connectors/index.ts';
import type { ObjectPlan } from '../engine/index.ts';
import {
  findRelation,
  GodwitError,
  type Mapping,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  type Runbook,
  type Schema,
} from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';

/** What an audit needs to know of one world: the live systems, or a rehearsal's. */
export interface AuditedWorld {
  readonly run: string;
  readonly mapping: Mapping;
  readonly runbook: Runbook;
  readonly plans: ReadonlyMap<string, ObjectPlan>;
  readonly source: OpenSystem;
  readonly target: OpenSystem;
  readonly targetSchema: Schema;
  readonly quarantined: ReadonlyMap<string, ReadonlySet<string>>;
  readonly mask: (text: string) => string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly relation: string; readonly rowsRead: number }) => void;
}

/** Audits every target relation of the mapping against all that is mapped into it, and follows all references. */
export async function auditWorld(world: AuditedWorld): Promise<AuditReport> {
  await using source = await world.source.reads.snapshot();
  await using target = await world.target.reads.snapshot();
  const names = [...new Set(world.mapping.objects.map((object) => object.target))];
  const relations: RelationAudit[] = [];
  const references: RelationCheck[] = [];
  for (const name of names) {
    const relation = findRelation(world.targetSchema, name);
    if (!relation) throw notThere(name);
    const audited = auditedRelation(world, relation, { source, target });
    const followed = await FollowedReferences.begin(world.targetSchema, target, relation);
    const { signal, onProgress } = world;
    const onTarget = async (batch: RecordBatch): Promise<void> => await followed.read(batch);
    relations.push(await auditRelation(audited, idSource(world), { signal, onProgress, onTarget }));
    references.push(...(await followed.checks()));
  }
  return { relations, references };
}

/** An audit that passes over what is not there would call nothing equal to nothing. */
function notThere(relation: string): GodwitError {
  return new GodwitError({
    code: 'project.relation-gone',
    title: `The target has no relation ${relation}`,
    detail: 'the mapping fills it, so there is nothing to audit yet, or somebody took it away',
    nextStep: 'See with `godwit status` whether the run has come that far.',
    fate: 'pause',
    where: { system: 'target', relation },
  });
}

export type Snapshots = {
  readonly source: AuditedObject['snapshot'];
  readonly target: AuditedRelation['snapshot'];
};

export function auditedRelation(
  world: Omit<AuditedWorld, 'source' | 'onProgress'>,
  relation: Relation,
  snapshots: Snapshots,
): AuditedRelation {
  const step = (object: string): number =>
    world.runbook.steps.findIndex(({ action }) => action.kind === 'copy' && action.object === object);
  const objects = world.mapping.objects
    .filter((object) => object.target === relation.name)
    .sort((a, b) => step(a.name) - step(b.name));
  return {
    relation,
    snapshot: snapshots.target,
    key: objects[0]?.key ?? [],
    othersAllowed: holdsOthers(world.runbook.objects.filter((object) => object.target === relation.name)),
    objects: objects.flatMap(({ name }) => {
      const plan = world.plans.get(name);
      return plan ? [auditedObject(world, plan, snapshots.source)] : [];
    }),
  };
}

/** Whether a relation that these objects fill may hold records that are none of the run's. */
export function holdsOthers(objects: Runbook['objects']): boolean {
  return objects.every(({ mode }) => mode !== 'empty-only') && objects[0]?.rowsTargetBefore !== '0';
}

function auditedObject(
  world: Pick<AuditedWorld, 'quarantined' | 'runbook'>,
  plan: ObjectPlan,
  snapshot: AuditedObject['snapshot'],
): AuditedObject {
  const quarantined = world.quarantined.get(plan.object);
  const deferred = world.runbook.steps.flatMap(({ action }) =>
    action.kind === 'copy' && action.object === plan.object ? action.deferred : [],
  );
  return {
    name: plan.object,
    transform: plan.copyTransform([]),
    upserts: plan.mode === 'upsert',
    withoutLinks: deferred.length > 0 ? plan.copyTransform(deferred) : null,
    source: plan.source,
    snapshot,
    isQuarantined: (key) => quarantined?.has(key) ?? false,
  };
}

export function idSource(world: Pick<AuditedWorld, 'run' | 'target' | 'mask'>): IdSource {
  return {
    resolve: async (object: string, keys: readonly RecordKey[]): Promise<ReadonlyMap<RecordKey, Row>> =>
      keys.length === 0
        ? new Map()
        : ((await world.target.writes?.resolve(world.run, object, keys)) ?? new Map()),
    mask: world.mask,
  };
}
