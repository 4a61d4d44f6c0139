import type { Schema } from '../model/index.ts';
import { writeFacts } from './facts-files.ts';
import type { Project } from './project.ts';

export interface InspectResult {
  readonly source: Schema;
  readonly target: Schema;
  readonly files: readonly string[];
}

/** `godwit inspect`: everything both systems hold, into `facts/schema.source.yaml` and `facts/schema.target.yaml`. */
export async function inspectSystems(project: Project): Promise<InspectResult> {
  const source = await (await project.source()).inspects.inspect();
  const target = await (await project.targetToRead()).inspects.inspect();
  const files = [writeFacts(project, 'schema.source', source), writeFacts(project, 'schema.target', target)];
  return { source, target, files };
}
