import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../../src/model/index.ts';
import {
  initProject,
  makeKey,
  openKey,
  openProject,
  planRun,
  signerOf,
  signMapping,
  signRunbook,
} from '../../../src/project/index.ts';
import type { AuditReport } from '../../../src/reports/index.ts';

/**
 * A project folder with a mapping that its author signed and a runbook that was approved: from there on it is used the way
 * people use it, with `godwit run` and `godwit audit`, each in a process of its own.
 */
export interface AgreedProject {
  readonly folder: string;
  /** `godwit run --json`; throws when it does not end well. */
  run(): Promise<void>;
  /** `godwit audit --json --show-values`. */
  audit(): Promise<AuditReport>;
}

const program = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const passphrase = new Secret('passphrase of a proof');

export interface ProjectParts {
  readonly folder: string;
  readonly source: string;
  readonly target: string;
  readonly targetPassword: string | null;
  /** Mapping files by name. */
  readonly mapping: Readonly<Record<string, string>>;
}

export async function agreeOn(parts: ProjectParts): Promise<AgreedProject> {
  const { folder, source, target, targetPassword, mapping } = parts;
  const secrets = {
    GODWIT_PASSPHRASE: passphrase.reveal(),
    GODWIT_TARGET_PASSWORD: targetPassword ?? '',
  };
  const environment = {
    secret: (name: string) => new Secret(secrets[name as keyof typeof secrets] ?? ''),
    text: () => null,
  };
  mkdirSync(join(folder, 'mapping'), { recursive: true });
  // A file in `mapping/` keeps `init` from sketching one.
  for (const [name, text] of Object.entries(mapping)) writeFileSync(join(folder, 'mapping', name), text);
  await initProject({ folder, source, target, name: 'proof' }, { environment });
  const keys = ['ada', 'ben'].map((name) => makeKey(join(folder, `${name}.key`), passphrase));
  const settings = join(folder, 'godwit.yaml');
  const people = `people:
  - { name: Ada, roles: [author, operator], keys: ["${keys[0]?.publicKey}"] }
  - { name: Ben, roles: [approver, owner], keys: ["${keys[1]?.publicKey}"] }`;
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('people: []', people));
  {
    await using project = await openProject(folder, { environment });
    const [ada, ben] = keys.map(({ path }) => signerOf(project, openKey(path, passphrase)));
    if (!ada || !ben) throw new Error('two keys were made');
    await signMapping(project, ada);
    await planRun(project, () => undefined);
    await signRunbook(project, ben, { decision: 'approve', reason: null });
  }
  const godwit = async (...args: readonly string[]): Promise<unknown> => await ask(folder, secrets, args);
  return {
    folder,
    run: async () => {
      const report = (await godwit('run')) as { readonly outcome: string };
      if (report.outcome !== 'done') throw new Error(`the run ended ${report.outcome}`);
    },
    audit: async () => (await godwit('audit', '--show-values')) as AuditReport,
  };
}

/** One command; exit code 1 means that it found something, which is an answer too. */
async function ask(
  folder: string,
  secrets: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<unknown> {
  const options = { cwd: folder, env: { ...process.env, ...secrets }, maxBuffer: 2 ** 30 };
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args, '--json'], options, (error, output, complaint) => {
      if (error === null || error.code === 1) resolve(JSON.parse(output) as unknown);
      else
        reject(
          new Error(`godwit ${args.join(' ')} failed: ${output.slice(-2_000)}${complaint.slice(-2_000)}`),
        );
    });
  });
}
