import { copyRecords } from '../crm/copy-with-godwit.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { changedMapping, changedRecords, createChangedTables, plainMapping } from '../crm/crm-mapping.ts';
import { CrmServers } from '../crm/crm-servers.ts';
import { createTables, everyRecord } from '../crm/crm-tables.ts';
import { type Contender, figuresOf, measureInTurns } from '../crm/measure-in-turns.ts';
import { expectRecords } from '../crm/same-database.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * What a mapping costs (names merged, statuses mapped, casts, one field left behind): the same records from one PostgreSQL to another
 * without a mapping, with one that the source computes, and with one that godwit computes. Records alone, into tables without
 * indexes; every result is compared with what SQL over the source says it should be.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  await using servers = await CrmServers.start(scale);
  const taken = await measureInTurns(servers, contenders, runs);
  const rows = Object.values(rowsAt(scale)).reduce((sum, count) => sum + count, 0);
  const of = { bench: 'postgres-mapping', case: `${rows} records, 4 tables without indexes, PostgreSQL 15` };
  for (const subject of [inSource, here]) {
    const pair = new Map([...taken].filter(([name]) => name === subject || name === plain));
    yield* figuresOf(of, pair, subject);
  }
}

const [plain, inSource, here] = [
  'without a mapping',
  'with a mapping that the source computes',
  'with a mapping that godwit computes',
] as const;

const changed = (name: string, where: 'source' | 'here'): Contender => ({
  name,
  prepare: async (source, target) => copyRecords(source, target, changedMapping(where), createChangedTables),
  verify: async (source, target) => expectRecords(source, target, changedRecords, name),
});

const contenders: readonly Contender[] = [
  {
    name: plain,
    prepare: async (source, target) => copyRecords(source, target, plainMapping(false), createTables),
    verify: async (source, target) => expectRecords(source, target, everyRecord, plain),
  },
  changed(inSource, 'source'),
  changed(here, 'here'),
];
