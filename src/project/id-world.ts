import type { OpenSystem, Snapshot } from '../connectors/index.ts';
import type { Journal, JournalRun, ObjectPlan } from '../engine/index.ts';
import {
  GodwitError,
  nearestName,
  type ObjectMapping,
  type Row,
  refersByOwnId,
  type SystemKind,
} from '../model/index.ts';
import type { IdAnswer } from '../reports/index.ts';
import { type CheckedMove, checkStructure } from './check-map.ts';
import { runUnknown } from './kept-runbooks.ts';
import { objectPlans } from './object-plans.ts';
import type { Project } from './project.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';

/** What is looked at to say what became of one record; nothing is written. */
export interface IdWorld {
  readonly object: ObjectMapping;
  readonly plan: ObjectPlan;
  readonly source: Snapshot;
  readonly target: OpenSystem;
  readonly journal: Journal;
  /** Those that may have moved it, the oldest first. */
  readonly runs: readonly JournalRun[];
  /** The target fields by which ids are kept. */
  readonly keptFields: readonly string[];
  /** Keyed digest, as keys are kept in the journal. */
  readonly blind: (text: string) => string;
}

export interface IdQuestion {
  /** Name of the mapping's object. */
  readonly object: string;
  /** Only what this run moved; null for every run of the project. */
  readonly run: string | null;
}

/**
 * Opens what is looked at, and closes it when the answer is there: a program may ask about many records of one project.
 * Throws `project.object-unknown`, `project.run-unknown`.
 */
export async function withIdWorld(
  project: Project,
  question: IdQuestion,
  answer: (world: IdWorld) => Promise<IdAnswer>,
): Promise<IdAnswer> {
  await using journal = await openWorldJournal(project, liveJournal);
  await using source = await project.source();
  await using target = await project.target();
  const move = await checkStructure(project, {
    source: Promise.resolve(source),
    target: Promise.resolve(target),
  });
  const { object, plan } = planOf(move, question.object);
  await using snapshot = await source.reads.snapshot();
  return await answer({
    object,
    plan,
    target,
    journal,
    source: snapshot,
    runs: runsAsked(await journal.runs(), question.run),
    keptFields: keptFields(plan, target.kind),
    blind: (text) => project.seal().blind(text),
  });
}

function planOf(
  { loaded, source, planned, checked }: CheckedMove,
  name: string,
): Pick<IdWorld, 'object' | 'plan'> {
  const { mapping } = loaded;
  const object = mapping.objects.find((one) => one.name === name);
  const plan = object && objectPlans(mapping, source, planned, checked.lookups).get(name);
  if (object && plan) return { object, plan };
  throw objectUnknown(
    name,
    mapping.objects.map((one) => one.name),
  );
}

/** The key of the mapping, unless the target refers to its records by another. */
function keptFields({ target, key }: ObjectPlan, kind: SystemKind): readonly string[] {
  return (refersByOwnId(kind) ? target.primaryKey?.fields : null) ?? key;
}

function runsAsked(runs: readonly JournalRun[], named: string | null): readonly JournalRun[] {
  const live = runs.filter(({ world }) => world === 'live');
  if (named === null) return live;
  const found = live.filter(({ run }) => run === named);
  if (found.length > 0) return found;
  throw runUnknown(
    named,
    live.map(({ run }) => run),
  );
}

function objectUnknown(name: string, known: readonly string[]): GodwitError {
  const meant = nearestName(name, known);
  return new GodwitError({
    code: 'project.object-unknown',
    title: `The mapping has no object ${name}`,
    detail: `its objects: ${known.join(', ')}`,
    nextStep: `Give the name of a file in mapping/ without .yaml${meant === null ? '' : `; did you mean ${meant}?`}`,
    fate: 'never',
  });
}

/** The records of a relation whose fields hold these values, as the values of other fields; at most `most` of them. */
export async function valuesOf(
  snapshot: Snapshot,
  relation: ObjectPlan['source'],
  by: { readonly fields: readonly string[]; readonly keys: readonly Row[] },
  wanted: readonly string[],
  most: number,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  if (by.keys.length === 0) return found;
  for await (const { fields, rows } of snapshot.fetch(relation, by.fields, by.keys)) {
    const places = wanted.map((name) => fields.indexOf(name));
    for (const row of rows) if (found.length < most) found.push(places.map((at) => row[at] ?? null));
  }
  return found;
}
