import { mysqlFault } from './faults.ts';
import { isServerError } from './server-error.ts';
import { quoteText } from './sql.ts';
import type { TextRow } from './wire-row.ts';

/**
 * Fixes everything that changes how the server spells, reads, alters or refuses values, and ends a session by itself.
 *
 * Strict mode in its full form: a value that does not fit is an error in every table, not the nearest value and a warning.
 * Without NO_ZERO_DATE: a before-image with a zero date has to go back as it was; nothing else writes one. With
 * NO_AUTO_VALUE_ON_ZERO: 0 is a key like others. Character sets are not converted on the way out, so bytes arrive as stored.
 */
const fixed: Readonly<Record<string, string>> = {
  sql_mode: "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
  time_zone: "'+00:00'",
  lc_messages: "'en_US'",
  autocommit: '1',
  foreign_key_checks: '1',
  unique_checks: '1',
  sql_safe_updates: '0',
  sql_select_limit: '18446744073709551615',
  sql_quote_show_create: '1',
  sql_auto_is_null: '0',
  sql_notes: '1',
  timestamp: 'DEFAULT',
  max_sort_length: '16384',
  wait_timeout: '28800',
  net_read_timeout: '3600',
  net_write_timeout: '3600',
};

/** Known to one of the two families only, or to newer versions; some of them MySQL keeps for its administrators. */
const wished: Readonly<Record<string, string>> = {
  check_constraint_checks: '1',
  explicit_defaults_for_timestamp: '1',
  max_statement_time: '0',
  max_execution_time: '0',
  idle_transaction_timeout: '0',
  idle_write_transaction_timeout: '0',
  idle_readonly_transaction_timeout: '0',
  sql_require_primary_key: '0',
  // A key that the server made up is still a key: records are named by it.
  show_gipk_in_create_table_and_information_schema: '1',
  sql_generate_invisible_primary_key: '0',
  // What a table's counter says next is otherwise told as it was up to a day ago.
  information_schema_stats_expiry: '0',
};

export interface SessionFacts {
  readonly family: 'MariaDB' | 'MySQL';
  readonly version: readonly [major: number, minor: number];
  readonly versionText: string;
  /** The largest packet the server takes, in bytes. */
  readonly packetBytesMax: number;
  /** It keeps names of tables in lower case, whatever they are given as. */
  readonly lowersNames: boolean;
}

interface Asks {
  rows(sql: string): Promise<readonly TextRow[]>;
  run(sql: string): Promise<void>;
}

/** Sets what has to be set, and reads it back: a proxy may have swallowed it. */
export async function settleSession(
  session: Asks,
  readOnly: boolean,
  lockTimeoutMs: number,
): Promise<SessionFacts> {
  const known = new Map((await session.rows(knownQuery)).map(([name, value]) => [String(name), value]));
  // In whole seconds.
  const patience = String(Math.max(1, Math.ceil(lockTimeoutMs / 1_000)));
  await setAll(
    session,
    { ...fixed, lock_wait_timeout: patience, innodb_lock_wait_timeout: patience },
    Object.entries(wished).filter(([name]) => known.has(name)),
  );
  await session.run('SET NAMES utf8mb4');
  await session.run('SET character_set_results = NULL');
  const [row] = await session.rows(factsQuery);
  expectSettled(row ?? []);
  const [, , , , , versionText, packet, lowering] = row ?? [];
  // A log of statements cannot be kept under a level at which they may find other records again.
  const statements = known.get('log_bin') === 'ON' && known.get('binlog_format') === 'STATEMENT';
  const isolation = statements ? 'REPEATABLE READ' : 'READ COMMITTED';
  const access = readOnly ? 'REPEATABLE READ, READ ONLY' : `${isolation}, READ WRITE`;
  await session.run(`SET SESSION TRANSACTION ISOLATION LEVEL ${access}`);
  return {
    family: /mariadb/i.test(versionText ?? '') ? 'MariaDB' : 'MySQL',
    version: versionOf(versionText ?? ''),
    versionText: versionText ?? '',
    packetBytesMax: Number(packet),
    lowersNames: lowering === '1',
  };
}

type Setting = readonly [name: string, value: string];

/** At once; where one of the wished is for administrators alone, each of those by itself, and that one stays as it is. */
async function setAll(
  session: Asks,
  fixed: Readonly<Record<string, string>>,
  mayFail: readonly Setting[],
): Promise<void> {
  const set = async (settings: readonly Setting[]): Promise<void> =>
    session.run(`SET ${settings.map(([name, value]) => `@@SESSION.${name} = ${value}`).join(', ')}`);
  try {
    await set([...Object.entries(fixed), ...mayFail]);
  } catch (error) {
    if (!isDenied(error)) throw error;
    await set(Object.entries(fixed));
    for (const setting of mayFail)
      await set([setting]).catch((refusal: unknown) => {
        if (!isDenied(refusal)) throw refusal;
      });
  }
}

function isDenied(error: unknown): boolean {
  return isServerError(error) && error.errno === 1227;
}

const asked = [...Object.keys(wished), 'log_bin', 'binlog_format'].map(quoteText).join(', ');
const knownQuery = `SHOW SESSION VARIABLES WHERE Variable_name IN (${asked})`;

const factsQuery = `SELECT @@sql_mode, @@time_zone, @@foreign_key_checks, @@character_set_connection,
  coalesce(@@character_set_results, 'none'), version(), @@max_allowed_packet, @@lower_case_table_names`;

function expectSettled([mode, zone, keys, connection, results]: TextRow): void {
  const wrong = [
    ...(mode?.includes('STRICT_ALL_TABLES') && !mode.includes('ANSI') ? [] : [`sql_mode is ${mode}`]),
    ...(zone === '+00:00' ? [] : [`time_zone is ${zone}`]),
    ...(keys === '1' ? [] : [`foreign_key_checks is ${keys}`]),
    ...(connection === 'utf8mb4' ? [] : [`character_set_connection is ${connection}`]),
    ...(results === 'none' ? [] : [`character_set_results is ${results}`]),
  ];
  if (wrong.length > 0) throw mysqlFault('mysql.settings-refused', wrong.join('; '));
}

/** Replication once put `5.5.5-` in front of MariaDB's number. */
function versionOf(text: string): readonly [major: number, minor: number] {
  const found = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(text);
  return [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
}
