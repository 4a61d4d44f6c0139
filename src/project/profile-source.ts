import { maskExample } from '../mapping/index.ts';
import type { Profile } from '../model/index.ts';
import { profileSystem } from '../profile/index.ts';
import { writeFacts } from './facts-files.ts';
import type { Project } from './project.ts';
import { keepReadBudget } from './read-budget.ts';

export interface ProfileOptions {
  readonly showValues: boolean;
  /** How many calls of a source that counts them it may take; null for half of those the day has left. As many as it needs unless told. */
  readonly callsMost?: number | null;
  readonly onProgress: (progress: { readonly relation: string; readonly rowsRead: number }) => void;
}

/** `godwit profile`: what the source's data is like, into `facts/profile.source.yaml`; values masked unless asked otherwise. Throws `project.read-over-budget`. */
export async function profileSource(
  project: Project,
  options: ProfileOptions,
): Promise<{ readonly profile: Profile; readonly file: string }> {
  const source = await project.source();
  const schema = await source.inspects.inspect();
  await using snapshot = await source.reads.snapshot();
  const { callsMost } = options;
  if (callsMost !== undefined)
    await keepReadBudget({ system: source, snapshot, relations: schema.relations, callsMost });
  const profile = await profileSystem(snapshot, schema, {
    mask: options.showValues ? (text) => text : (text) => maskExample(text),
    onProgress: options.onProgress,
    signal: project.signal,
  });
  return { profile, file: writeFacts(project, 'profile.source', profile) };
}
