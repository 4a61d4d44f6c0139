import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import { startMariadb, startPostgres } from '../../servers/index.ts';
import type { Place } from './places.ts';
import type { LaneAsked, TargetKind } from './things.ts';

/** From one system to another, in one lane. */
export interface Leg {
  readonly name: string;
  readonly from: End<TargetKind | 'csv'>;
  readonly to: End<TargetKind>;
  readonly lane: LaneAsked;
}

type ServerName = 'postgres15' | 'postgres18' | 'mariadb';

export interface End<Kind extends string = string> {
  readonly kind: Kind;
  /** Null where there is none. */
  readonly server: ServerName | null;
}

const ends = {
  postgres15: { kind: 'postgres', server: 'postgres15' },
  postgres18: { kind: 'postgres', server: 'postgres18' },
  mariadb: { kind: 'mariadb', server: 'mariadb' },
  sqlite: { kind: 'sqlite', server: null },
  csv: { kind: 'csv', server: null },
} as const;

const inBulk = [
  ['postgres15', 'postgres18'],
  ['postgres18', 'mariadb'],
  ['postgres18', 'sqlite'],
  ['sqlite', 'postgres18'],
  ['csv', 'postgres15'],
  ['mariadb', 'postgres18'],
] as const;

const targets = ['postgres18', 'mariadb', 'sqlite'] as const;
const asRecords = (['postgres15', 'mariadb', 'sqlite', 'csv'] as const).flatMap((from) =>
  targets.map((to) => [from, to] as const),
);

/** Every pair of systems between which there is a lane in bulk, in it, and every pair as records. */
export const legs: readonly Leg[] = [
  ...inBulk.map(([from, to]) => legOf(from, to, 'bulk')),
  ...asRecords.map(([from, to]) => legOf(from, to, 'records')),
];

function legOf(from: keyof typeof ends, to: Exclude<keyof typeof ends, 'csv'>, lane: LaneAsked): Leg {
  const name = lane === 'bulk' ? `${from} to ${to} in bulk` : `${from} to ${to} as records`;
  return { name, from: ends[from], to: ends[to], lane };
}

/** What a kill in the middle of writing a page would leave to the disk's luck is switched on. */
const postgresSettings = { full_page_writes: 'on' };
const mariadbSettings = { 'innodb-doublewrite': '1' };

/** The servers that all the moves share. */
export class Stable implements AsyncDisposable {
  readonly #servers: Servers;

  private constructor(servers: Servers) {
    this.#servers = servers;
  }

  static async start(): Promise<Stable> {
    const postgres15 = await startPostgres({ major: 15, settings: postgresSettings });
    const postgres18 = await startPostgres({ major: 18, settings: postgresSettings });
    const mariadb = await startMariadb({ settings: mariadbSettings });
    return new Stable({ postgres15, postgres18, mariadb });
  }

  /** A new database there, or that file. */
  async place({ kind, server }: End<TargetKind>, path: string): Promise<Place> {
    if (server === null || kind === 'sqlite') return { kind: 'sqlite', path };
    const database = await this.#servers[server].createDatabase();
    return { ...this.#loginOf(server), kind, database };
  }

  #loginOf(server: ServerName): Pick<Servers[ServerName], 'host' | 'port' | 'user' | 'password'> {
    const { host, port, user, password } = this.#servers[server];
    return { host, port, user, password };
  }

  /** Of one of the two ends, killed or asked to stop before. */
  async restart({ from, to }: Leg, choice: SeededChoice): Promise<'killed' | 'stopped'> {
    const names = [from.server, to.server].filter((name) => name !== null);
    const server = this.#servers[choice.of(names)];
    const end = choice.of(['killed', 'stopped'] as const);
    if (end === 'killed') await server.kill();
    await server.restart();
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of Object.values(this.#servers)) await server.stop();
  }
}

interface Servers {
  readonly postgres15: Awaited<ReturnType<typeof startPostgres>>;
  readonly postgres18: Awaited<ReturnType<typeof startPostgres>>;
  readonly mariadb: Awaited<ReturnType<typeof startMariadb>>;
}
