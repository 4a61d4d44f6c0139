import type { CreatedRelations } from '../engine/index.ts';
import type { Runbook } from '../model/index.ts';

/** What a runbook creates in the target, step by step. */
export function createdBy({ steps }: Runbook): readonly CreatedRelations[] {
  return steps.flatMap(({ id, action }) =>
    action.kind === 'create-relations' ? [{ step: id, relations: action.relations }] : [],
  );
}

export function createdNames(runbook: Runbook): readonly string[] {
  return createdBy(runbook).flatMap(({ relations }) => relations);
}
