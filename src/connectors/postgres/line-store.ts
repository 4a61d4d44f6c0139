import type { LineStore } from '../../ledger/index.ts';
import type { PostgresAddress } from './address.ts';
import type { PostgresLineStore } from './stored-lines.ts';

/**
 * The lines of a ledger in a PostgreSQL database, in two tables of the schema that is named; they are made when missing. Who
 * writes needs no more than to read and to insert lines, and to insert and update notes. What is behind it is loaded when
 * the lines are first asked for.
 *
 * @param ledger names it among the ledgers of the schema
 */
export function postgresLineStore(address: PostgresAddress, ledger: string, signal: AbortSignal): LineStore {
  let opened: Promise<PostgresLineStore> | null = null;
  const open = async (): Promise<PostgresLineStore> =>
    new (await import('./stored-lines.ts')).PostgresLineStore(address, ledger, signal);
  return {
    place: `${ledger} in ${address.database} at ${address.host}:${address.port}`,
    alone: async (work) => {
      opened ??= open();
      return (await opened).alone(work);
    },
    occupy: async (by) => {
      opened ??= open();
      return (await opened).occupy(by);
    },
    occupant: async () => {
      opened ??= open();
      return (await opened).occupant();
    },
    [Symbol.asyncDispose]: async () => {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
