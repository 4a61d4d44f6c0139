import { maskExample } from '../mapping/index.ts';
import type { Profile } from '../model/index.ts';
import { profileSystem } from '../profile/index.ts';
import { writeFacts } from './facts-files.ts';
import type { Project } from './project.ts';

export interface ProfileOptions {
  readonly showValues: boolean;
  readonly onProgress: (progress: { readonly relation: string; readonly rowsRead: number }) => void;
}

/** `godwit profile`: what the source's data is like, into `facts/profile.source.yaml`; values masked unless asked otherwise. */
export async function profileSource(
  project: Project,
  options: ProfileOptions,
): Promise<{ readonly profile: Profile; readonly file: string }> {
  const source = await project.source();
  const schema = await source.inspects.inspect();
  await using snapshot = await source.reads.snapshot();
  const profile = await profileSystem(snapshot, schema, {
    mask: options.showValues ? (text) => text : (text) => maskExample(text),
    onProgress: options.onProgress,
    signal: project.signal,
  });
  return { profile, file: writeFacts(project, 'profile.source', profile) };
}
