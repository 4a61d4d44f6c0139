import type { Seal } from '../../host/index.ts';
import type { ErrorPlace, Fingerprint, Relation } from '../../model/index.ts';
import type {
  CheckResult,
  Creates,
  FencePlace,
  Inspects,
  OpenContext,
  OpenSystem,
  Reads,
  Undoes,
  Watches,
  Writes,
} from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { appliedSlices, bookkeepingSchema, prepareBookkeeping } from './bookkeeping.ts';
import { BooksBeside } from './books-beside.ts';
import { keptIds, resolveIds } from './captured-ids.ts';
import { checkSystem } from './check.ts';
import { carryOutCompletion, takeAwayCompletion } from './complete.ts';
import { slicesAtOnceMax } from './connection-room.ts';
import { carryOut, createInParts, createStatements, dropEmpty } from './create.ts';
import { postgresFault } from './faults.ts';
import { prepareFence, raiseFence } from './fence.ts';
import { describeServer, fingerprintOf } from './fingerprint.ts';
import { type Faulted, GuardedSlices } from './guarded-slices.ts';
import { holdsOf } from './holds.ts';
import { planImport } from './import-slice.ts';
import { inspectSchema } from './inspect.ts';
import { readKeyOrder } from './key-order.ts';
import { createdType } from './neutral-types.ts';
import { expectOwnConnections } from './pooler.ts';
import { createSandbox, dropSandbox } from './sandbox.ts';
import { advanceSequences } from './sequences.ts';
import { type Session, Sessions } from './sessions.ts';
import { openSnapshot } from './snapshot.ts';
import { undoSlice } from './undo.ts';
import { beginUndo, endUndo } from './undo-aids.ts';
import { readVitals, refusesReading } from './watch.ts';

/** Opens a schema of a PostgreSQL. Throws with the fate that `Connector.open` declares. */
export async function openPostgres(address: PostgresAddress, context: OpenContext): Promise<OpenSystem> {
  const { role, signal, seal, lockTimeoutMs } = context;
  const beside =
    role === 'source' || address.books === undefined ? null : new BooksBeside(address.books, seal);
  const sessions = new Sessions(address, role === 'source', signal, { lockTimeoutMs, beside });
  try {
    if (role !== 'source' && address.schema === bookkeepingSchema)
      throw postgresFault('postgres.schema-reserved', `schema: ${address.schema}`);
    await expectOwnConnections(sessions);
    await expectSchema(sessions, address);
    return new PostgresSystem(address, context, sessions, beside);
  } catch (error) {
    await sessions[Symbol.asyncDispose]();
    throw sessions.fault(error, { system: context.name });
  }
}

async function expectSchema(sessions: Sessions, address: PostgresAddress): Promise<void> {
  await sessions.lend(async (session) => {
    const [row] = await session.rows(
      `SELECT pg_catalog.current_setting('server_version_num')::int / 10000,
         EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)`,
      [address.schema],
    );
    if (Number(row?.[0]) < 14)
      throw postgresFault('postgres.unsupported-version', `this is version ${row?.[0]}`);
    if (row?.[1] !== 't')
      throw postgresFault('postgres.unknown-schema', `${address.schema} in database ${address.database}`);
  });
}

class PostgresSystem implements OpenSystem {
  readonly kind = 'postgres';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly slicesAtOnceMax: () => Promise<number>;
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly watches: Watches;
  readonly #address: PostgresAddress;
  readonly #role: OpenContext['role'];
  readonly #sessions: Sessions;

  constructor(
    address: PostgresAddress,
    context: OpenContext,
    sessions: Sessions,
    beside: BooksBeside | null,
  ) {
    const { name, role, seal } = context;
    const { schema } = address;
    this.name = name;
    this.#address = address;
    this.#role = role;
    this.#sessions = sessions;
    const faulted: Faulted = async (work, place = {}) => this.#faulted(work, place);
    this.inspects = {
      inspect: async () => faulted(inspectSchema(sessions, schema)),
      holds: (field, created) => holdsOf(sessions, field, created),
    };
    this.slicesAtOnceMax = async () => faulted(sessions.lend(slicesAtOnceMax));
    this.reads = { snapshot: async (view) => openSnapshot(sessions, schema, name, view) };
    this.watches = {
      refuses: async (reading) => faulted(sessions.lend(async (session) => refusesReading(session, reading))),
      read: async (wanted) =>
        faulted(sessions.lend(async (session) => readVitals(session, wanted, sessions.processes))),
    };
    const mayWrite = role !== 'source';
    this.writes = mayWrite ? writesTo(sessions, beside, schema, seal, faulted) : null;
    this.undoes = mayWrite ? undoesIn(sessions, schema, seal, faulted) : null;
    this.creates = mayWrite ? createsIn(sessions, schema, faulted) : null;
  }

  async fingerprint(): Promise<Fingerprint> {
    return this.#faulted(fingerprintOf(this.#sessions, this.#address));
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    return this.#faulted(describeServer(this.#sessions));
  }

  async check(): Promise<readonly CheckResult[]> {
    return checkSystem(this.#sessions, this.#address, this.#role);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }

  async #faulted<Result>(work: Promise<Result>, place: ErrorPlace = {}): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw this.#sessions.fault(error, { system: this.name, ...place });
    }
  }
}

async function orderOf(
  session: Session,
  schema: string,
  relation: Relation,
  key: readonly string[],
): Promise<string> {
  return (await readKeyOrder(session, schema, { ...relation, identity: key }, 'awaited')).name;
}

function writesTo(
  sessions: Sessions,
  beside: BooksBeside | null,
  schema: string,
  seal: Seal | null,
  faulted: Faulted,
): Writes {
  const slices = new GuardedSlices(sessions, schema, faulted);
  return {
    prepare: async (run) => faulted(beside?.prepare(sessions, schema, run) ?? prepareBookkeeping(sessions)),
    applied: async (run) =>
      faulted(beside?.applied(sessions, schema, run) ?? appliedSlices(sessions, schema, run)),
    writeSlice: async (write) => slices.write(expectSeal(seal), write),
    resolve: async (run, ...asked) =>
      faulted(
        beside?.resolve(sessions, schema, run, ...asked) ?? resolveIds(sessions, schema, run, ...asked),
      ),
    keptIds: async (asked) =>
      faulted(beside?.keptIds(sessions, schema, asked) ?? keptIds(sessions, schema, asked)),
    advanceSequences: async (relations, given) =>
      faulted(advanceSequences(sessions, schema, relations, given)),
    // Tokens have to be where every worker sees them.
    ...(beside === null && {
      fences: {
        prepare: async () => faulted(prepareFence(sessions)),
        raise: async (place: FencePlace, token: string) =>
          faulted(raiseFence(sessions, schema, place, token)),
      },
    }),
    // Every slice is final when it is committed.
    finish: async () => undefined,
    imports: {
      plan: async (relation, ...asked) =>
        faulted(planImport(sessions, schema, relation, ...asked), { relation: relation.name }),
      order: async (relation, key) =>
        faulted(
          sessions.lend(async (session) => orderOf(session, schema, relation, key)),
          {
            relation: relation.name,
          },
        ),
      importSlice: async (slice) => slices.import(expectSeal(seal), slice),
      importPieces: async (write) => slices.pieces(expectSeal(seal), write),
    },
  };
}

function undoesIn(sessions: Sessions, schema: string, seal: Seal | null, faulted: Faulted): Undoes {
  return {
    sideBySide: true,
    makeReady: async (relations) => faulted(beginUndo(sessions, schema, relations)),
    clearAway: async () => {
      await faulted(endUndo(sessions, schema));
    },
    undoSlice: async (request) =>
      faulted(undoSlice(sessions, schema, expectSeal(seal), request), {
        relation: request.relation.name,
        step: request.step,
      }),
  };
}

function createsIn(sessions: Sessions, schema: string, faulted: Faulted): Creates {
  return {
    statements: (from, relations) => createStatements(from, relations),
    inParts: createInParts,
    complete: async (completion) =>
      faulted(carryOutCompletion(sessions, schema, completion), { relation: completion.relation }),
    uncomplete: async (completion) =>
      faulted(takeAwayCompletion(sessions, schema, completion), { relation: completion.relation }),
    createdType,
    create: async (statements) => faulted(carryOut(sessions, schema, statements)),
    drop: async (relations) => faulted(dropEmpty(sessions, schema, relations)),
    createSandbox: async (name, relations, holds) =>
      faulted(createSandbox(sessions, schema, { name, relations, holds })),
    dropSandbox: async (name) => faulted(dropSandbox(sessions, name)),
  };
}

function expectSeal(seal: Seal | null): Seal {
  if (seal === null) throw postgresFault('postgres.no-seal', 'before-images would be kept readable');
  return seal;
}
