import type { CheckResult, OpenSystem } from '../connectors/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { Project } from './project.ts';

export interface SystemCheck {
  readonly role: 'source' | 'target';
  readonly kind: string;
  readonly results: readonly CheckResult[];
}

/** `godwit check`: can both systems be used for this move? A system that cannot be opened is a failed check, not an end. */
export async function checkSystems(project: Project): Promise<readonly SystemCheck[]> {
  const { source, target } = project.settings.systems;
  return [
    { role: 'source', kind: source.kind, results: await checkOne(() => project.source()) },
    { role: 'target', kind: target.kind, results: await checkOne(() => project.targetToRead()) },
  ];
}

async function checkOne(open: () => Promise<OpenSystem>): Promise<readonly CheckResult[]> {
  try {
    return await (await open()).check();
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return [{ name: 'connection', outcome: 'fail', detail: error.message, fix: error.nextStep }];
  }
}
