import type { OpenContext, OpenSystem } from '../../src/connectors/index.ts';
import { type DrawnTable, type LaneSource, type LaneTargets, type Place, places } from './lane-case.ts';

/** A database of its own for made-up tables, reached through the shelf and with the driver alone. */
export interface PlainDatabase extends AsyncDisposable {
  open(context: OpenContext): Promise<OpenSystem>;
  run(sql: string): Promise<void>;
  contentOf(table: string): Promise<readonly unknown[]>;
  quoted(name: string): string;
}

export function sourceIn(database: PlainDatabase): LaneSource {
  const tables = new OneTable(database);
  return {
    make: async ({ source, mapping }) => tables.make(mapping.source, source),
    open: async (context) => database.open(context),
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  };
}

export function targetsIn(databases: Readonly<Record<Place, PlainDatabase>>): LaneTargets {
  const tables = places.map((place) => new OneTable(databases[place]));
  return {
    make: async ({ target, mapping }: DrawnTable) => {
      for (const one of tables) await one.make(mapping.target, [target]);
    },
    open: async (place, context) => databases[place].open(context),
    contentOf: async (place, table) => databases[place].contentOf(table),
    [Symbol.asyncDispose]: async () => {
      for (const place of places) await databases[place][Symbol.asyncDispose]();
    },
  };
}

/** One table at a time. */
class OneTable {
  readonly #database: PlainDatabase;
  #table: string | null = null;

  constructor(database: PlainDatabase) {
    this.#database = database;
  }

  async make(table: string, statements: readonly string[]): Promise<void> {
    if (this.#table !== null) await this.#database.run(`DROP TABLE ${this.#database.quoted(this.#table)}`);
    this.#table = null;
    for (const statement of statements) await this.#database.run(statement);
    this.#table = table;
  }
}
