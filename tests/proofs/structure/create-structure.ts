import type { OpenSystem } from '../../../src/connectors/index.ts';
import { checkMapping, parseMapping, skeletonMapping } from '../../../src/mapping/index.ts';
import type { Finding, Mapping, Schema } from '../../../src/model/index.ts';
import { objectsLeft } from '../../../src/project/objects-left.ts';
import { plannedStatements } from '../../../src/project/planned-creation.ts';
import { orderObjects } from '../../../src/runbook/index.ts';

export interface CreatedStructure {
  readonly source: Schema;
  readonly target: Schema;
  readonly findings: readonly Finding[];
}

/** Everything of a source is sketched, planned and created in a target, which has none of it; no record is moved. */
export async function createStructure(
  from: OpenSystem,
  to: OpenSystem,
  mappingOf: (skeleton: Mapping) => Mapping = (mapping) => mapping,
): Promise<CreatedStructure> {
  const source = await from.inspects.inspect();
  const { creates } = to;
  if (!creates?.complete) throw new Error(`${to.name} does not create in parts`);
  const empty = await to.inspects.inspect();
  const mapping = mappingOf(parseMapping(skeletonMapping(source, empty)).mapping);
  const checked = checkMapping(mapping, source, empty, (type) => creates.createdType(type));
  const planned = { ...empty, relations: [...checked.targets.values()] };
  const { relations } = planned;
  const ordered = orderObjects({ mapping, relations, dependencies: checked.dependencies });
  const move = { checked, source, planned, ...ordered, loaded: { mapping } };
  const names = relations.map(({ name }) => name);
  const { statements, completions, objects } = plannedStatements(move, creates, names);
  await creates.create(statements);
  for (const stage of ['build', 'attach', 'reference', 'validate', 'settle'])
    for (const one of completions.filter((part) => part.stage === stage)) await creates.complete(one);
  const findings = [...checked.findings, ...objectsLeft(source, empty, objects)];
  return { source, target: await to.inspects.inspect(), findings };
}
