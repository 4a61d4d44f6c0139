import type { Engine, MovedSystem } from './moved-system.ts';

/** What of a value counts, by the type its source declares; texts count to the last character. */
type Sense = 'text' | 'number' | 'flag' | 'moment' | 'local time' | 'bytes';

export interface PlainColumn {
  readonly name: string;
  readonly sense: Sense;
}

/** Tables and their columns, as the engine's own catalog lists them; computed columns are left out. */
export async function plainTables({
  engine,
  plain,
}: MovedSystem): Promise<ReadonlyMap<string, PlainColumn[]>> {
  const tables = new Map<string, PlainColumn[]>();
  for (const row of await plain.rows(catalogs[engine])) {
    const [table = '', name = '', type = ''] = row.split(' | ');
    if (table.startsWith('_godwit_')) continue;
    tables.set(table, [...(tables.get(table) ?? []), { name, sense: senseOf(engine, type.toLowerCase()) }]);
  }
  return tables;
}

const catalogs: Readonly<Record<Engine, string>> = {
  sqlite: `SELECT m.name, c.name, c.type FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`,
  postgres: `SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables
      USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position`,
  mariadb: `SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS JOIN information_schema.TABLES
      USING (TABLE_SCHEMA, TABLE_NAME)
    WHERE TABLE_SCHEMA = database() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND IS_GENERATED = 'NEVER'
    ORDER BY TABLE_NAME, ORDINAL_POSITION`,
};

function senseOf(engine: Engine, type: string): Sense {
  if (/^(boolean|bit\(1\))/.test(type)) return 'flag';
  // SQLite has no type for moments: it keeps them as texts, under whatever name.
  const moment = { sqlite: /^$/, postgres: /^timestamp with time zone/, mariadb: /^timestamp/ };
  if (moment[engine].test(type)) return 'moment';
  if (/^(datetime|timestamp|time)/.test(type)) return 'local time';
  if (/blob|binary|bytea|geometry|point|polygon/.test(type)) return 'bytes';
  if (/int|numeric|decimal|double|float|real|year/.test(type)) return 'number';
  return 'text';
}

/** Every record of a table as one line, sorted: fields as the engine spells them, brought into one form by their sense. */
async function plainLines(
  { engine, plain }: MovedSystem,
  table: string,
  columns: readonly PlainColumn[],
  from: readonly PlainColumn[] = columns,
): Promise<readonly string[]> {
  const senses = columns.map(({ name }) => from.find((one) => one.name === name)?.sense ?? 'text');
  const listed = columns
    .map(({ name, sense }, at) =>
      asText(engine, quote(engine, name), senses[at] === 'moment' ? 'moment' : sense),
    )
    .join(', ');
  const rows = await plain.rows(`SELECT ${listed} FROM ${quote(engine, table)}`);
  return rows
    .map((row) =>
      row
        .split(' | ')
        .map((value, at) => canonical(value, senses[at] ?? 'text'))
        .join(' | '),
    )
    .sort();
}

function quote(engine: Engine, name: string): string {
  return engine === 'mariadb' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}

function asText(engine: Engine, column: string, sense: Sense): string {
  if (sense === 'bytes') return engine === 'postgres' ? `encode(${column}, 'hex')` : `lower(hex(${column}))`;
  if (sense === 'moment') return moments[engine](column);
  return engine === 'postgres' ? `${column}::text` : column;
}

/** Seconds since 1970. */
const moments: Readonly<Record<Engine, (column: string) => string>> = {
  sqlite: (column) => `unixepoch(replace(${column}, '+00', ''), 'subsec')`,
  postgres: (column) => `extract(epoch FROM ${column})`,
  mariadb: (column) => `unix_timestamp(${column})`,
};

function canonical(value: string, sense: Sense): string {
  if (value === 'NULL') return value;
  if (sense === 'flag') return value === 't' || value === 'true' || value === '1' ? '1' : '0';
  if (sense === 'number' || sense === 'moment' || sense === 'local time')
    return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
  return value;
}

/**
 * Lines that only one of two systems has of a table, the first few.
 *
 * @param columns of the first system's table, whose types say what of a value counts
 */
export async function differentLines(
  [first, columns]: readonly [MovedSystem, readonly PlainColumn[]],
  second: MovedSystem,
  table: string,
): Promise<{ readonly lines: number; readonly different: readonly string[] }> {
  const there = (await plainTables(second)).get(table) ?? [];
  const names = new Map(there.map((column) => [column.name, column]));
  const common = columns.map(({ name }) => names.get(name) ?? { name, sense: 'text' as const });
  const [old, now] = [
    await plainLines(first, table, columns),
    await plainLines(second, table, common, columns),
  ];
  const counts = new Map<string, number>();
  for (const line of old) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of now) counts.set(line, (counts.get(line) ?? 0) - 1);
  const different = [...counts].flatMap(([line, count]) => (count === 0 ? [] : `${count} ${line}`));
  return { lines: old.length, different: different.slice(0, 4) };
}
