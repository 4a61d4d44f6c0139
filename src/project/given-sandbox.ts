import { GodwitError } from '../model/index.ts';
import { structureChanges } from '../runbook/index.ts';
import type { CheckedMove } from './check-map.ts';
import { mappedTargets } from './mapped-structure.ts';
import type { Project } from './project.ts';

/**
 * A sandbox that is a system of its own, for a target that makes none: it has to have the structure of the target where the
 * mapping writes, and keeps the records it has. Answers with what is not rehearsed there. Throws
 * `project.sandbox-differs`, and what the target says where none is named.
 */
export async function lookAtGivenSandbox(
  project: Project,
  move: CheckedMove,
  name: string,
): Promise<readonly string[]> {
  const sandbox = await project.sandbox(name);
  const schema = await sandbox.inspects.inspect();
  const differences = structureChanges(move.target, schema, mappedTargets(move, []));
  if (differences.length > 0) throw sandboxDiffers(differences);
  const changed = move.loaded.mapping.objects.filter(({ mode }) => mode !== 'empty-only');
  return changed.map(
    ({ name: object }) =>
      `${object}: what the target holds is not in the sandbox, so records met only those that it holds itself`,
  );
}

function sandboxDiffers(differences: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'project.sandbox-differs',
    title: 'The sandbox is not built as the target is, so a rehearsal there would show something else',
    detail: differences.slice(0, 20).join('; '),
    nextStep: 'Give the sandbox the same objects and fields as the target, then rehearse again.',
    fate: 'never',
    where: { system: 'target' },
  });
}
