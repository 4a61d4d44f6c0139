import { copyByHand } from '../crm/copy-by-hand.ts';
import { copyWithGodwit, moveWithGodwit } from '../crm/copy-with-godwit.ts';
import { copyWithPgcopydb, dumpAndRestore } from '../crm/copy-with-tools.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { CrmServers } from '../crm/crm-servers.ts';
import { missingTools, versionOf } from '../crm/debian-tools.ts';
import { type Contender, figuresOf, measureInTurns, unprepared } from '../crm/measure-in-turns.ts';
import { expectSame } from '../crm/same-database.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * A whole schema (four tables, 15 indexes and keys, six references) from one PostgreSQL 15 to another on this machine, godwit
 * beside the alternatives, in turns and with equal durability (`crm-servers.ts`). At full size 4.7 million records. Every result is
 * compared with the source in SQL before its time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const missing = await missingTools(['psql', 'pg_dump', 'pg_restore', 'pgcopydb']);
  const there = contenders.filter(({ needs }) => needs.every((program) => !missing.includes(program)));
  for (const { name, needs } of contenders)
    if (needs.some((program) => missing.includes(program)))
      console.error(`not measured: ${name}, because ${needs.join(', ')} is not installed`);
  for (const program of new Set(there.flatMap(({ needs }) => needs)))
    console.error(`${program}: ${await versionOf(program)}`);
  await using servers = await CrmServers.start(scale);
  const taken = await measureInTurns(servers, there, runs);
  const rows = Object.values(rowsAt(scale)).reduce((sum, count) => sum + count, 0);
  const of = {
    bench: 'postgres-to-postgres',
    case: `${rows} records, 4 tables, 15 indexes, 6 references, PostgreSQL 15`,
  };
  yield* figuresOf(of, taken, 'godwit');
  // Once is enough to know what the audit adds.
  const whole = await measureInTurns(servers, [{ ...godwit, prepare: moveWithGodwit }], 1);
  for (const { figure, value, unit } of whole.get('godwit')?.[0]?.more ?? [])
    yield { ...of, figure: `godwit, whole run: ${figure}`, value: Math.round(value * 1000) / 1000, unit };
}

const verify = (name: string): Pick<Contender, 'name' | 'verify'> => ({
  name,
  verify: async (source, target) => expectSame(source, target, name),
});

const godwit: Contender = { ...verify('godwit'), prepare: copyWithGodwit };

const contenders: readonly (Contender & { readonly needs: readonly string[] })[] = [
  {
    ...verify('pgcopydb, 2 jobs'),
    needs: ['pgcopydb', 'pg_dump', 'pg_restore'],
    prepare: unprepared(copyWithPgcopydb),
  },
  {
    ...verify('pg_dump | pg_restore, 2 jobs'),
    needs: ['pg_dump', 'pg_restore'],
    prepare: unprepared(dumpAndRestore),
  },
  { ...verify('by hand, binary COPY, 2 streams'), needs: ['psql'], prepare: unprepared(copyByHand) },
  { ...godwit, needs: [] },
];
