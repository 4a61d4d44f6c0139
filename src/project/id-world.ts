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
import { checkStructure } from './check-map.ts';
import { runUnknown } from './kept-runbooks.ts';
import { objectPlans } from './object-plans.ts';
import type { Project } from './project.ts';

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

/** Throws `project.object-unknown`, `project.run-unknown`. Whoever opens the journal and the source's snapshot closes them. */
export async function idWorld(
  project: Project,
  question: IdQuestion,
  opened: { readonly journal: Journal; readonly source: Snapshot },
): Promise<IdWorld> {
  const move = await checkStructure(project);
  const { objects } = move.loaded.mapping;
  const object = objects.find(({ name }) => name === question.object);
  if (!object)
    throw objectUnknown(
      question.object,
      objects.map(({ name }) => name),
    );
  const plans = objectPlans(move.loaded.mapping, move.source, move.planned, move.checked.lookups);
  const plan = plans.get(object.name) as ObjectPlan;
  const target = await project.target();
  return {
    object,
    plan,
    target,
    ...opened,
    runs: runsAsked(await opened.journal.runs(), question.run),
    keptFields: keptFields(plan, target.kind),
    blind: (text) => project.seal().blind(text),
  };
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
