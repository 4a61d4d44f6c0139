import type { OpenSystem } from '../connectors/index.ts';
import type { Schema } from '../model/index.ts';
import { writeFacts } from './facts-files.ts';
import type { BothSystems, Project } from './project.ts';

export interface InspectResult {
  readonly source: Schema;
  readonly target: Schema;
  readonly files: readonly string[];
}

/** `godwit inspect`: everything both systems hold, into `facts/schema.source.yaml` and `facts/schema.target.yaml`. */
export async function inspectSystems(
  project: Project,
  { source, target }: BothSystems = project.bothToRead(),
): Promise<InspectResult> {
  // Both at once. Where both fail, the source is told of.
  const [from, into] = await Promise.allSettled([look(source), look(target)]);
  const found = { source: lookedAt(from), target: lookedAt(into) };
  const files = [
    writeFacts(project, 'schema.source', found.source),
    writeFacts(project, 'schema.target', found.target),
  ];
  return { ...found, files };
}

async function look(opening: Promise<OpenSystem>): Promise<Schema> {
  return (await opening).inspects.inspect();
}

function lookedAt(look: PromiseSettledResult<Schema>): Schema {
  if (look.status === 'rejected') throw look.reason;
  return look.value;
}
