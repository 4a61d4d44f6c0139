import type { OpenSystem } from '../connectors/index.ts';
import { loadGrammar } from '../expressions/index.ts';
import {
  checkMapping,
  dateReadingFindings,
  type FitResult,
  foreseenFindings,
  type MappingCheck,
  maskKey,
  nothingNames,
} from '../mapping/index.ts';
import { type Finding, findRelation, type Schema, type Value } from '../model/index.ts';
import { orderObjects } from '../runbook/index.ts';
import { readProfileFacts, writeFacts } from './facts-files.ts';
import { feedsOf } from './feeds-of.ts';
import { fitFindings, fitSource } from './fit-source.ts';
import { inspectSystems } from './inspect-systems.ts';
import { type LoadedMapping, loadMapping } from './load-mapping.ts';
import { objectsLeft } from './objects-left.ts';
import { plannedCreation, relationsToCreate } from './planned-creation.ts';
import type { BothSystems, Project } from './project.ts';
import { keepReadBudget } from './read-budget.ts';

/** The mapping, checked against both systems as they are now. */
export interface CheckedMove {
  readonly loaded: LoadedMapping;
  readonly checked: MappingCheck;
  readonly source: Schema;
  readonly target: Schema;
  /** The target as it will be once the relations that are to be created are there. */
  readonly planned: Schema;
  /** Object names, parents first. */
  readonly order: readonly string[];
  readonly deferred: ReadonlyMap<string, readonly string[]>;
  /** See `ObjectOrder`. */
  readonly cycles: readonly (readonly string[])[];
  readonly findings: readonly Finding[];
}

/** The same, and every record of the source tried through it. */
export interface MapReport extends CheckedMove {
  readonly fits: readonly FitResult[];
}

export interface MapCheckOptions {
  /** Show values of records as they are instead of masked. */
  readonly showValues: boolean;
  /** How many calls of a source that counts them it may take; null for half of those the day has left. As many as it needs unless told. */
  readonly callsMost?: number | null;
  readonly onProgress: (progress: { readonly object: string; readonly rowsRead: number }) => void;
}

/** The mapping against the structure of both systems; no record is looked at. */
export async function checkStructure(
  project: Project,
  systems: BothSystems = project.bothToRead(),
): Promise<CheckedMove> {
  await loadGrammar();
  const loaded = loadMapping(project);
  const { source, target } = await inspectSystems(project, systems);
  const { creates, inspects } = await systems.target;
  const checked = checkMapping(loaded.mapping, source, target, (type) => creates?.createdType(type) ?? type);
  const planned = withPlanned(target, checked);
  const { order, deferred, cycles, findings } = orderObjects({
    mapping: loaded.mapping,
    relations: planned.relations,
    dependencies: checked.dependencies,
  });
  const move = { loaded, checked, source, target, planned, order, deferred, cycles };
  const nameless = await namelessRecords(loaded.mapping, inspects);
  const foreseen = (await inspects.foresees?.(feedsOf(loaded.mapping, checked))) ?? [];
  return {
    ...move,
    findings: [
      ...checked.findings,
      ...nameless,
      ...foreseenFindings(loaded.mapping, foreseen),
      ...findings,
      ...objectsBehind(move, creates),
    ],
  };
}

/** What the structure alone does not show of a target without transactions. */
async function namelessRecords(
  { objects }: LoadedMapping['mapping'],
  inspects: OpenSystem['inspects'],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const object of objects) {
    const fields = object.fields.map(({ field }) => field);
    const why = (await inspects.nameless?.(object.target, fields)) ?? null;
    if (why !== null) findings.push(nothingNames(object, why));
  }
  return findings;
}

/** Only what takes over the structure of its source takes its other objects along. Files hold records and nothing else. */
function objectsBehind(
  move: Omit<CheckedMove, 'findings'>,
  creates: OpenSystem['creates'],
): readonly Finding[] {
  const { source, target, checked } = move;
  if (target.kind === 'csv' || target.kind === 'jsonl' || relationsToCreate(move).length === 0) return [];
  const creation = checked.carried.size > 0 ? plannedCreation(move, creates) : null;
  const made = source.kind === target.kind ? (creation?.objects ?? null) : null;
  return objectsLeft(source, target, made);
}

function withPlanned(target: Schema, { targets }: MappingCheck): Schema {
  const created = new Map([...targets.values()].map((relation) => [relation.name, relation]));
  const missing = [...created.values()].filter(({ name }) => findRelation(target, name) === undefined);
  return { ...target, relations: [...target.relations, ...missing] };
}

/**
 * `godwit map check`: every field accounted for, every value map complete, every record tried. Records are only tried when the
 * mapping itself is sound: trying them through half a mapping would report nonsense. Throws `project.read-over-budget`.
 */
export async function checkMap(project: Project, options: MapCheckOptions): Promise<MapReport> {
  const move = await checkStructure(project);
  const sound = move.findings.every(({ severity, waivable }) => severity !== 'block' || waivable);
  const fits = sound ? await fitEverything(project, options, move) : [];
  const readings = dateReadingFindings(move.loaded.mapping, readProfileFacts(project));
  const findings = sortFindings([...known(move.findings, sound), ...fitFindings(fits), ...readings]);
  writeFacts(project, 'fit', { formatVersion: 1, mapping: move.loaded.digest, tried: sound, findings });
  return { ...move, fits, findings };
}

async function fitEverything(
  project: Project,
  options: MapCheckOptions,
  move: CheckedMove,
): Promise<readonly FitResult[]> {
  const system = await project.source();
  await using snapshot = await system.reads.snapshot();
  const { callsMost } = options;
  const relations = move.loaded.mapping.objects.flatMap(
    ({ source }) => findRelation(move.source, source) ?? [],
  );
  if (callsMost !== undefined) await keepReadBudget({ system, snapshot, relations, callsMost });
  const target = await project.targetToRead();
  await using present = await target.reads.snapshot();
  return await fitSource(snapshot, {
    present: { schema: move.target, snapshot: present },
    holds: (field, created) => target.inspects.holds(field, created),
    mapping: move.loaded.mapping,
    source: move.source,
    target: move.planned,
    transforms: move.checked.transforms,
    lookups: move.checked.lookups,
    order: move.order,
    mask: (text) => project.seal().blind(text),
    ...(options.showValues ? { showExample: (value: Value) => showValue(value) } : { showKey: maskKey }),
    onProgress: options.onProgress,
    signal: project.signal,
  });
}

/** Once every record was tried, that some value might not fit is no news: how many do not is. */
function known(findings: readonly Finding[], tried: boolean): readonly Finding[] {
  return tried ? findings.filter(({ code }) => code !== 'mapping.checked-assignment') : findings;
}

const gravity: Readonly<Record<Finding['severity'], number>> = { block: 0, warn: 1, note: 2 };

function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => gravity[a.severity] - gravity[b.severity]);
}

/** A value as people can read it; bytes by their number and beginning. */
export function showValue(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    const start = Buffer.from(value.subarray(0, 16)).toString('hex');
    return `${value.length} bytes (${start}${value.length > 16 ? '...' : ''})`;
  }
  return Array.isArray(value) ? `[${value.map(showValue).join(', ')}]` : String(value);
}
