import { copyFromFiles } from '../crm/copy-from-files.ts';
import { copyWithGodwit } from '../crm/copy-with-godwit.ts';
import { copyWithPgloader } from '../crm/copy-with-pgloader.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { CrmServers } from '../crm/crm-servers.ts';
import { missingTools, versionOf } from '../crm/debian-tools.ts';
import { MariadbCrm } from '../crm/mariadb-crm.ts';
import { type Contender, figuresOf, measureInTurns, unprepared } from '../crm/measure-in-turns.ts';
import { expectSameCrm } from '../crm/same-crm.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * A whole schema (four tables, 16 indexes and keys, six references) out of MariaDB into PostgreSQL 15, at full size 4.7
 * million records: `godwit run` from its start to its last step that writes, beside pgloader and beside SELECT INTO OUTFILE
 * and COPY with two jobs, in turns and with equal durability. Every result is compared in SQL with the records that MariaDB
 * was filled with before its time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const missing = await missingTools(['psql', 'mariadb', 'pgloader']);
  const needed = missing.filter((program) => program !== 'pgloader');
  if (needed.length > 0) throw new RangeError(`${needed.join(', ')} is not installed`);
  await using servers = await CrmServers.start(scale);
  await using maria = await MariadbCrm.of(servers.source);
  const all = contenders(maria);
  const there = all.filter(({ name }) => !missing.includes(name.split(',')[0] ?? ''));
  if (there.length < all.length) console.error('not measured: pgloader, because it is not installed');
  else console.error(`pgloader: ${await versionOf('pgloader')}`);
  const taken = await measureInTurns(servers, there, runs);
  const rows = Object.values(rowsAt(scale)).reduce((sum, count) => sum + count, 0);
  const of = {
    bench: 'mariadb-schema',
    case: `${rows} records, 4 tables, 16 indexes, 6 references, MariaDB and PostgreSQL 15`,
  };
  yield* figuresOf(of, taken, 'godwit');
}

function contenders(maria: MariadbCrm): readonly Contender[] {
  const verify = (name: string): Pick<Contender, 'name' | 'verify'> => ({
    name,
    verify: async (source, target) => expectSameCrm(source, target, name),
  });
  return [
    {
      ...verify('pgloader, 2 workers'),
      prepare: unprepared(async (_source, target) => copyWithPgloader(maria, target)),
    },
    {
      ...verify('SELECT INTO OUTFILE + COPY, 2 jobs'),
      prepare: unprepared(async (_source, target) => copyFromFiles(maria, target)),
    },
    { ...verify('godwit'), prepare: async (_source, target) => copyWithGodwit(maria.system, target) },
  ];
}
