import type { ObjectPlan } from '../engine/index.ts';
import { compileTransform, lookedAt, type Scope } from '../expressions/index.ts';
import { findRelation, GodwitError, type Mapping, type Relation, type Schema } from '../model/index.ts';

/** What the engine must know of every object of the mapping, by name. The mapping has been checked before. */
export function objectPlans(
  mapping: Mapping,
  source: Schema,
  target: Schema,
  lookups: Scope['lookups'],
): ReadonlyMap<string, ObjectPlan> {
  const planned = mapping.objects.map((object) => {
    const from = lookedAt(object, needed(source, object.source, 'source'), lookups);
    const to = needed(target, object.target, 'target');
    const keyFields = object.key.filter((name) => object.fields.some(({ field }) => field === name));
    return {
      object: object.name,
      source: from,
      target: to,
      mode: object.mode,
      key: object.key,
      keyMapped: keyFields.length === object.key.length,
      copyTransform: (deferred: readonly string[]) =>
        compileTransform(object, from, to, lookups, { except: deferred }),
      linkTransform: (fields: readonly string[]) =>
        compileTransform(object, from, to, lookups, { only: [...keyFields, ...fields] }),
    };
  });
  const asked = new Set(
    planned.flatMap(({ copyTransform }) => copyTransform([]).lookups.map(({ object }) => object)),
  );
  // New ids cost a row of bookkeeping for each record, and keep it out of the bulk load: only where somebody asks for them,
  // or where the target gives the key, so that nothing else says which record became which.
  return new Map(
    planned.map(({ keyMapped, ...plan }) => [
      plan.object,
      { ...plan, captureIds: !keyMapped || asked.has(plan.object) },
    ]),
  );
}

function needed(schema: Schema, name: string, side: 'source' | 'target'): Relation {
  const relation = findRelation(schema, name);
  if (relation) return relation;
  throw new GodwitError({
    code: 'project.relation-gone',
    title: `The ${side} no longer has the relation ${name}`,
    nextStep: `Run \`godwit inspect\` and \`godwit map check\`; if the ${side} was changed on purpose, plan again and have it approved.`,
    fate: 'pause',
    where: { system: side, relation: name },
  });
}
