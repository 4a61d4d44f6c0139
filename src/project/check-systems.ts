import type { CheckResult, OpenSystem } from '../connectors/index.ts';
import { isGodwitError, type Schema } from '../model/index.ts';
import { checkProject } from './check-project.ts';
import type { Project } from './project.ts';

export interface SystemCheck {
  readonly role: 'source' | 'target' | 'project';
  /** Of the system; `folder` for the project itself. */
  readonly kind: string;
  readonly results: readonly CheckResult[];
}

/**
 * `godwit check`: can both systems, and this machine, be used for this move? A system that cannot be opened is a failed check,
 * not an end.
 */
export async function checkSystems(project: Project): Promise<readonly SystemCheck[]> {
  const { source, target } = project.settings.systems;
  const results = {
    source: await checkOne(() => project.source()),
    target: await checkOne(() => project.targetToRead()),
  };
  const reachable = results.source.every(({ outcome }) => outcome !== 'fail');
  const schema = reachable ? await schemaOf(project) : null;
  return [
    { role: 'source', kind: source.kind, results: results.source },
    { role: 'target', kind: target.kind, results: results.target },
    { role: 'project', kind: 'folder', results: checkProject(project, schema) },
  ];
}

async function schemaOf(project: Project): Promise<Schema> {
  return (await project.source()).inspects.inspect();
}

async function checkOne(open: () => Promise<OpenSystem>): Promise<readonly CheckResult[]> {
  try {
    return await (await open()).check();
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return [{ name: 'connection', outcome: 'fail', detail: error.message, fix: error.nextStep }];
  }
}
