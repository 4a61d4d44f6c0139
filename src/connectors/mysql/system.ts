import type { Seal } from '../../host/index.ts';
import type { ErrorPlace, Fingerprint } from '../../model/index.ts';
import { OwnErrors } from '../own-errors.ts';
import type {
  BulkSlice,
  CheckResult,
  Creates,
  Inspects,
  OpenContext,
  OpenSystem,
  Reads,
  SliceResult,
  SliceWrite,
  Undoes,
  Watches,
  Writes,
} from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { appliedSlices, prepareBookkeeping } from './bookkeeping.ts';
import { keptIds, resolveIds } from './captured-ids.ts';
import { checkSystem } from './check.ts';
import { carryOutCompletion, takeAwayCompletion } from './complete.ts';
import { slicesAtOnceMax } from './connection-room.ts';
import { carryOut, createInParts, createStatements, dropEmpty } from './create.ts';
import { mysqlFault } from './faults.ts';
import { describeServer, fingerprintOf } from './fingerprint.ts';
import { holdsOf } from './holds.ts';
import { importSlice, planImport } from './import-slice.ts';
import { inspectDatabase } from './inspect.ts';
import { orderName } from './key-order.ts';
import { createdType } from './native-types.ts';
import { createSandbox, dropSandbox } from './sandbox.ts';
import { nextNumbers } from './sequences.ts';
import type { SessionFacts } from './session-settings.ts';
import { Sessions } from './sessions.ts';
import { openSnapshot } from './snapshot.ts';
import { undoSlice } from './undo.ts';
import { readVitals, refusesReading } from './watch.ts';
import { writeSlice } from './write.ts';

/** Opens a database of a MariaDB or MySQL. Throws with the fate that `Connector.open` declares. */
export async function openMysql(address: MysqlAddress, context: OpenContext): Promise<OpenSystem> {
  const sessions = new Sessions(address, context.role === 'source', context.signal, context.lockTimeoutMs);
  try {
    const facts = await sessions.lend(async (session) => session.facts);
    expectVersion(facts);
    return new MysqlSystem(address, context, sessions, facts);
  } catch (error) {
    await sessions[Symbol.asyncDispose]();
    throw sessions.fault(error, { system: context.name });
  }
}

function expectVersion({ family, version: [major, minor], versionText }: SessionFacts): void {
  const least = family === 'MariaDB' ? [10, 6] : [8, 0];
  const old = major < (least[0] ?? 0) || (major === least[0] && minor < (least[1] ?? 0));
  if (old) throw mysqlFault('mysql.unsupported-version', `this is ${family} ${versionText}`);
}

class MysqlSystem implements OpenSystem {
  readonly kind = 'mysql';
  readonly name: string;
  readonly inspects: Inspects;
  readonly reads: Reads;
  readonly slicesAtOnceMax: () => Promise<number>;
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly watches: Watches;
  readonly #address: MysqlAddress;
  readonly #role: OpenContext['role'];
  readonly #sessions: Sessions;

  constructor(address: MysqlAddress, context: OpenContext, sessions: Sessions, facts: SessionFacts) {
    const { name, role, seal } = context;
    this.name = name;
    this.#address = address;
    this.#role = role;
    this.#sessions = sessions;
    const faulted: Faulted = async (work, place = {}) => this.#faulted(work, place);
    this.inspects = {
      inspect: async () => faulted(inspectDatabase(sessions, address.dates)),
      holds: (field, created) => holdsOf(sessions, facts, field, created),
    };
    this.slicesAtOnceMax = async () => faulted(sessions.lend(slicesAtOnceMax));
    this.reads = {
      snapshot: async () => openSnapshot(sessions, { system: name, address, signal: context.signal }),
    };
    this.watches = {
      refuses: async (reading) => faulted(sessions.lend(async (session) => refusesReading(session, reading))),
      read: async (wanted) => faulted(sessions.lend(async (session) => readVitals(session, wanted))),
    };
    const mayWrite = role !== 'source';
    this.writes = mayWrite ? writesTo(sessions, seal, faulted) : null;
    this.undoes = mayWrite ? undoesIn(sessions, seal, faulted) : null;
    this.creates = mayWrite ? createsIn(sessions, address, context.signal, facts, faulted) : null;
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

/** Turns the driver's errors of some work into faults that name the system and the place. */
type Faulted = <Result>(work: Promise<Result>, place?: ErrorPlace) => Promise<Result>;

function writesTo(sessions: Sessions, seal: Seal | null, faulted: Faulted): Writes {
  return {
    prepare: async () => faulted(prepareBookkeeping(sessions)),
    applied: async (run) => faulted(appliedSlices(sessions, run)),
    writeSlice: async (write) => writing(sessions, expectSeal(seal), write, faulted),
    resolve: async (run, object, keys) => faulted(resolveIds(sessions, run, object, keys)),
    keptIds: async (asked) => faulted(keptIds(sessions, asked)),
    advanceSequences: async (relations, given) => faulted(nextNumbers(sessions, relations, given)),
    // Every slice is final when it is committed.
    finish: async () => undefined,
    imports: {
      plan: async (relation, ...asked) =>
        faulted(planImport(sessions, relation, ...asked), { relation: relation.name }),
      order: async (relation, key) => orderName(relation, key),
      importSlice: async (slice) => importing(sessions, expectSeal(seal), slice, faulted),
    },
  };
}

function undoesIn(sessions: Sessions, seal: Seal | null, faulted: Faulted): Undoes {
  return {
    undoSlice: async (request) =>
      faulted(undoSlice(sessions, expectSeal(seal), request), {
        relation: request.relation.name,
        step: request.step,
      }),
  };
}

function createsIn(
  sessions: Sessions,
  address: MysqlAddress,
  signal: AbortSignal,
  facts: SessionFacts,
  faulted: Faulted,
): Creates {
  return {
    statements: (schema, relations) => createStatements(schema, relations, facts),
    inParts: (schema, relations, waits) => createInParts(schema, relations, facts, waits),
    complete: async (completion) =>
      faulted(carryOutCompletion(sessions, completion), { relation: completion.relation }),
    uncomplete: async (completion) =>
      faulted(takeAwayCompletion(sessions, completion), { relation: completion.relation }),
    createdType: (type) => createdType(type, facts.family),
    create: async (statements) => faulted(carryOut(sessions, statements)),
    drop: async (relations) => faulted(dropEmpty(sessions, relations)),
    createSandbox: async (name, relations, holds) =>
      faulted(createSandbox(sessions, address, signal, { name, relations, holds })),
    dropSandbox: async (name) => faulted(dropSandbox(sessions, name)),
  };
}

function expectSeal(seal: Seal | null): Seal {
  if (seal === null) throw mysqlFault('mysql.no-seal', 'before-images would be kept readable');
  return seal;
}

/** Errors of the caller's own (its records stop coming, it cannot keep the refused ones) leave as they came. */
async function writing(
  sessions: Sessions,
  seal: Seal,
  write: SliceWrite,
  faulted: Faulted,
): Promise<SliceResult> {
  const own = new OwnErrors();
  const passed: SliceWrite = {
    ...write,
    batches: own.of(write.batches),
    beforeCommit: async (refused) => write.beforeCommit(refused).catch(own.remember),
  };
  const place = { relation: write.relation.name, step: write.step };
  return own.first(faulted(writeSlice(sessions, seal, passed), place));
}

async function importing(
  sessions: Sessions,
  seal: Seal,
  slice: BulkSlice,
  faulted: Faulted,
): Promise<SliceResult> {
  const own = new OwnErrors();
  const passed = {
    ...slice,
    chunks: own.of(slice.chunks),
    beforeCommit: async (rows: number) => slice.beforeCommit(rows).catch(own.remember),
  };
  const place = { relation: slice.relation.name, step: slice.step };
  return own.first(faulted(importSlice(sessions, seal, passed), place));
}
