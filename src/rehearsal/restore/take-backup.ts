import { SqliteFile } from '../../host/index.ts';
import { MariadbScratch } from './mariadb-scratch.ts';
import { PostgresScratch } from './postgres-scratch.ts';
import type { ProgramRunner } from './program-runner.ts';
import type { Scratch } from './scratch.ts';

const mariadbFlags = ['--single-transaction', '--routines', '--triggers', '--events', '--hex-blob'];

/** One consistent view of a whole database, by its own client, into a file that is not there yet. */
export async function takeBackup(system: Scratch, file: string, runner: ProgramRunner): Promise<void> {
  const { secrets, places } = system;
  if (system instanceof PostgresScratch)
    await runner.run('pg_dump', ['--format=custom', '--no-password', `--file=${file}`], { secrets });
  else if (system instanceof MariadbScratch) {
    const args = [...system.login, ...mariadbFlags, `--result-file=${file}`, places['database'] ?? ''];
    await runner.run('mariadb-dump', args, { secrets });
  } else {
    using database = new SqliteFile(places['path'] ?? '', { readOnly: true });
    database.run(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  }
}
