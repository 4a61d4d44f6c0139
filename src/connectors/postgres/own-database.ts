import type { OwnDatabase } from '../own-database.ts';
import type { PostgresAddress } from './address.ts';
import type { OpenedOwnDatabase } from './opened-own-database.ts';

/** See `own-database.ts` of the connectors. What is behind it is loaded when it is first used. */
export function postgresOwnDatabase(address: PostgresAddress, signal: AbortSignal): OwnDatabase {
  let opened: Promise<OpenedOwnDatabase> | null = null;
  const open = async (): Promise<OpenedOwnDatabase> =>
    new (await import('./opened-own-database.ts')).OpenedOwnDatabase(address, signal);
  const database = async (): Promise<OpenedOwnDatabase> => {
    opened ??= open();
    return await opened;
  };
  return {
    place: `${address.database} at ${address.host}:${address.port}`,
    prepare: async (tables) => (await database()).prepare(tables),
    rows: async (sql, parameters) => (await database()).rows(sql, parameters),
    transaction: async (work) => (await database()).transaction(work),
    [Symbol.asyncDispose]: async () => {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
