import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeKey,
  openKey,
  openProject,
  type Project,
  Secret,
  signerOf,
  signMapping,
  signRunbook,
} from '../../src/index.ts';

/** Two people who have agreed, as the pages tell it: Ada wrote the mapping and runs it, Ben approves and owns the data. */
export const passphrase: Secret = new Secret('nothing is lost on the way');

const environment = {
  secret: (name: string): Secret | null => (name === 'GODWIT_PASSPHRASE' ? passphrase : null),
  text: (): null => null,
};

/** Makes both keys and names both people in `godwit.yaml`. */
export function addPeople(folder: string): void {
  const [ada, ben] = ['ada', 'ben'].map((name) => makeKey(join(folder, `${name}.key`), passphrase));
  const settings = join(folder, 'godwit.yaml');
  const text = readFileSync(settings, 'utf8').replace(/^people: \[\]$/m, '');
  writeFileSync(
    settings,
    `${text}
people:
  - { name: Ada, roles: [author, operator], keys: ['${ada?.publicKey}'] }
  - { name: Ben, roles: [approver, owner], keys: ['${ben?.publicKey}'] }
`,
  );
}

/** Opens the project, its mapping signed by Ada. */
export async function openAgreed(folder: string): Promise<Project> {
  const project = await openProject(folder, { environment });
  await signMapping(project, signerOf(project, openKey(join(folder, 'ada.key'), passphrase)));
  return project;
}

/** Ben approves the runbook as it stands. */
export async function agreedRunbook(project: Project): Promise<void> {
  const ben = signerOf(project, ownerKey(project.folder.root));
  await signRunbook(project, ben, { decision: 'approve', reason: null });
}

/** Ben's, for all that an owner signs. */
export function ownerKey(folder: string): ReturnType<typeof openKey> {
  return openKey(join(folder, 'ben.key'), passphrase);
}
