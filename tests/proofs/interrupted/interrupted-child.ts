/**
 * One life of a move: takes the lock, opens journal and systems and carries out the step. Where it is told to it says how far it
 * is and waits to be told how far it may go; whoever tells it kills it, or a server, soon after.
 */
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import type { OpenSystem } from '../../../src/connectors/index.ts';
import { executeStep, finishRun, type ObjectPlan } from '../../../src/engine/index.ts';
import { compileTransform, loadGrammar, lookedAt } from '../../../src/expressions/index.ts';
import { findRelation, isGodwitError, type Relation } from '../../../src/model/index.ts';
import { contextOf, copyThing, keptIn, openCopy } from '../../lanes/copy-session.ts';
import { mappingOf } from '../../lanes/lane-case.ts';
import { openPlace, type Place } from './places.ts';
import { fieldsFrom, type LaneAsked } from './things.ts';

export interface ChildOrder {
  /** Of the journal and the lock. */
  readonly folder: string;
  readonly run: string;
  readonly source: Place;
  readonly target: Place;
  readonly lane: LaneAsked;
  readonly rowsPerSlice: number;
  /** After so many slices it asks for the first time. */
  readonly askAfter: number;
}

/** What it says, a line each. */
export type ChildLine =
  | { readonly says: 'asks'; readonly applied: number; readonly planned: number }
  | { readonly says: 'failed'; readonly code: string }
  | { readonly says: 'done'; readonly notes: readonly string[] };

// A process that is killed leaves none of it behind.
flushCompileCache();
const order = JSON.parse(process.argv[2] ?? '') as ChildOrder;
const say = (line: ChildLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const told = createInterface({ input: process.stdin });
const answers = told[Symbol.asyncIterator]();

let { askAfter } = order;
let asking: Promise<void> | null = null;

/** The number of slices up to which it may go is the answer. Nobody there any more: nothing to go on for. */
async function ask(applied: number, planned: number): Promise<void> {
  say({ says: 'asks', applied, planned });
  const answer = await answers.next();
  if (answer.done === true) process.exit(1);
  askAfter = Number(answer.value);
  asking = null;
}

async function relationOf(opening: Promise<OpenSystem>): Promise<Relation> {
  await using system = await opening;
  const found = findRelation(await system.inspects.inspect(), 'thing');
  if (!found) throw new Error('thing is not there');
  return found;
}

async function planned(): Promise<ObjectPlan> {
  const mapping = mappingOf(fieldsFrom(order.source.kind));
  const source = lookedAt(mapping, await relationOf(systems.source()), new Map());
  const target = await relationOf(systems.target());
  const transform = compileTransform(mapping, source, target, new Map());
  const captureIds = order.lane === 'records';
  const transforms = { copyTransform: () => transform, linkTransform: () => transform };
  return { object: 'thing', source, target, mode: 'append', key: ['id'], captureIds, ...transforms };
}

const systems = {
  source: async () => openPlace(order.source, contextOf('source')),
  target: async () => openPlace(order.target, contextOf('target')),
};

async function live(): Promise<readonly string[]> {
  await loadGrammar();
  const { lock, ...kept } = keptIn(order.folder, order.run);
  using _lock = lock;
  await using _journal = kept.journal;
  const plans = new Map([['thing', await planned()]]);
  await using session = await openCopy(systems, {
    ...kept,
    lock,
    judge: async ({ slicesApplied, slicesPlanned }) => {
      if (slicesApplied >= askAfter) asking ??= ask(slicesApplied, slicesPlanned);
      await asking;
      return 'go' as const;
    },
    limits: {
      rowsPerSlice: order.rowsPerSlice,
      pipedSliceFactor: 1,
      partRowsMin: 2,
      slicesAtOnceMax: 2,
      retry: { baseMs: 50, capMs: 1_000, budgetMs: 10 * 60_000 },
    },
  });
  const { notes } = await executeStep(session, copyThing, plans);
  await finishRun(session, copyThing.id);
  return notes;
}

try {
  say({ says: 'done', notes: await live() });
} catch (error) {
  if (!isGodwitError(error)) throw error;
  say({ says: 'failed', code: error.code });
  process.exitCode = 3;
}
told.close();
