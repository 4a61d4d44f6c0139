import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenSystem } from '../../src/connectors/index.ts';
import {
  executeStep,
  lockProject,
  openSession,
  openSqliteJournal,
  type Session,
} from '../../src/engine/index.ts';
import { compileTransform, lookedAt } from '../../src/expressions/index.ts';
import { silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { checkMapping, type MappingCheck, startFit } from '../../src/mapping/index.ts';
import {
  findRelation,
  type Mapping,
  type ObjectMapping,
  type RunbookStep,
  recordKey,
  type Schema,
  Warrant,
} from '../../src/model/index.ts';
import { objectPlans } from '../../src/project/object-plans.ts';
import type { SourceTable } from './filled-source.ts';
import { seal } from './opening-context.ts';
import type { PlainSystem } from './plain-system.ts';

/** One source table into one target table, field by field; which fields, and under which names. */
export interface TableMove {
  readonly source: SourceTable;
  readonly target: string;
  readonly fields: readonly string[];
  /** The target relation is made by the mapping itself. */
  readonly create: boolean;
}

/** What was said of a move beforehand, and what became of it; records by their `id`. */
export interface Moved {
  readonly move: TableMove;
  /** Records that the mapping check counts as such that cannot go. */
  readonly foretold: ReadonlySet<number>;
  readonly quarantined: ReadonlyMap<number, string>;
}

/** Carries all moves from one system to another as `godwit run` does: mapping check, every record tried, every record copied. */
export async function moveTables(
  from: PlainSystem,
  to: PlainSystem,
  moves: readonly TableMove[],
): Promise<readonly Moved[]> {
  await using source = await from.open('source');
  await using target = await to.open('target');
  const mapping: Mapping = { formatVersion: 1, objects: moves.map(copyOf), leftBehind: [] };
  const sourceSchema = await source.inspects.inspect();
  await createPlanned(mapping, sourceSchema, target);
  const targetSchema = await target.inspects.inspect();
  const checked = checkMapping(mapping, sourceSchema, targetSchema);
  expectSound(checked);
  const foretold = await foretell(mapping, checked, { source, target, sourceSchema, targetSchema });
  const quarantined = await copyAll(mapping, checked, {
    from,
    to,
    source: sourceSchema,
    target: targetSchema,
  });
  return moves.map((move) => ({
    move,
    foretold: foretold.get(move.target) ?? new Set(),
    quarantined: quarantined.get(move.target) ?? new Map(),
  }));
}

export function copyOf({ source, target, fields, create }: TableMove): ObjectMapping {
  const named = (field: string): ObjectMapping['fields'][number] => ({
    field,
    from: field,
    values: null,
    unmatched: 'error',
    owner: null,
    note: null,
    line: null,
  });
  return {
    name: target,
    source: source.name,
    target,
    mode: 'empty-only',
    key: ['id'],
    create,
    each: null,
    purge: [],
    fields: ['id', ...fields].map(named),
    leftBehind: [],
    owner: null,
    note: null,
    file: null,
  };
}

/** The statements of a plan: relations the mapping asks for are created as if they came from another kind of system. */
async function createPlanned(mapping: Mapping, source: Schema, target: OpenSystem): Promise<void> {
  const before = await target.inspects.inspect();
  const created = mapping.objects.filter(({ create }) => create).map((object) => object.target);
  if (created.length === 0 || target.creates === null) return;
  const { creates } = target;
  const { targets } = checkMapping(mapping, source, before, (type) => creates.createdType(type));
  const planned: Schema = { ...before, kind: 'jsonl', relations: [...targets.values()] };
  await creates.create(creates.statements(planned, created));
}

function expectSound({ findings }: MappingCheck): void {
  const blocks = findings.filter(
    ({ severity, waivable, code }) => severity === 'block' && !waivable && !isMissing(code),
  );
  if (blocks.length > 0) throw new Error(blocks.map(({ title, detail }) => `${title}: ${detail}`).join('\n'));
}

/** Fields that one of several mappings leaves out are no matter here. */
function isMissing(code: string): boolean {
  return code === 'mapping.unaccounted-field' || code === 'mapping.unmapped-relation';
}

interface OpenSides {
  readonly source: OpenSystem;
  readonly target: OpenSystem;
  readonly sourceSchema: Schema;
  readonly targetSchema: Schema;
}

async function foretell(
  mapping: Mapping,
  checked: MappingCheck,
  { source: system, target: to, sourceSchema: source, targetSchema: target }: OpenSides,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const all = new Map<string, ReadonlySet<number>>();
  await using snapshot = await system.reads.snapshot();
  for (const object of mapping.objects) {
    const from = lookedAt(object, findRelation(source, object.source)!, checked.lookups);
    const into = findRelation(target, object.target)!;
    const fits = new Set<string>();
    const fit = startFit({
      object,
      source: from,
      target: into,
      transform: compileTransform(object, from, into, checked.lookups),
      lookups: checked.lookups,
      known: () => true,
      holds: (field) => to.inspects.holds(field, false),
      onFit: (key) => fits.add(key),
    });
    for await (const batch of snapshot.read(from, { number: 0, after: null, upTo: null, rowsEstimate: 0 })) {
      await fit.ask?.(batch);
      fit.observe(batch);
    }
    const { rowsRead, rowsBad, rowsRejected } = fit.result();
    const records = Number(rowsRead) + Number(rowsBad);
    const refused = Array.from({ length: records }, (_none, at) => at + 1).filter(
      (id) => !fits.has(recordKey([String(id)])),
    );
    if (refused.length !== Number(rowsBad) + Number(rowsRejected))
      throw new Error(
        `${object.name}: ${rowsRejected} rejected and ${rowsBad} bad, but ${refused.length} do not fit`,
      );
    all.set(object.target, new Set(refused));
  }
  return all;
}

interface Sides {
  readonly from: PlainSystem;
  readonly to: PlainSystem;
  readonly source: Schema;
  readonly target: Schema;
}

async function copyAll(
  mapping: Mapping,
  checked: MappingCheck,
  sides: Sides,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const plans = objectPlans(mapping, sides.source, sides.target, checked.lookups);
  const folder = mkdtempSync(join(tmpdir(), 'godwit-fidelity-run-'));
  const all = new Map<string, Map<number, string>>();
  try {
    const steps = mapping.objects.map(({ name }) => copyStep(name));
    await using journal = openSqliteJournal({
      path: join(folder, 'journal.sqlite'),
      seal,
      clock: systemClock,
    });
    using lock = lockProject({ path: join(folder, 'lock.sqlite'), purpose: 'a proof', clock: systemClock });
    await using session = await openRun(sides, steps, journal, lock);
    for (const step of steps) {
      const { outcome, paused } = await executeStep(session, step, plans);
      if (outcome !== 'done') throw new Error(`${step.id}: ${outcome} ${JSON.stringify(paused)}`);
    }
    for await (const { id, object } of journal.entries({})) {
      const kept = await journal.entry(id);
      const found = all.get(object) ?? new Map<number, string>();
      all.set(object, found);
      const [key] = JSON.parse(kept?.entry.key ?? '[0]') as [string];
      found.set(Number(key), `${kept?.entry.code} ${kept?.entry.message}`);
    }
    return all;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function openRun(
  { from, to }: Sides,
  steps: readonly RunbookStep[],
  journal: Parameters<typeof openSession>[0]['journal'],
  lock: Parameters<typeof openSession>[0]['lock'],
): Promise<Session> {
  await using target = await to.open('target');
  const warrant = Warrant.issue({
    runbookId: 'sha256:fidelity',
    world: 'live',
    target: await target.fingerprint(),
    steps: steps.map(({ id }) => id),
    expiresAt: '2100-01-01T00:00:00.000Z',
    approvals: [],
  });
  return openSession({
    run: 'fidelity',
    runbookId: 'sha256:fidelity',
    journal,
    lock,
    systems: { source: () => from.open('source'), target: () => to.open('target') },
    warrant,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    signal: new AbortController().signal,
    record: async () => undefined,
    judge: () => 'go',
    onProgress: () => undefined,
    mask: (text) => text,
  });
}

function copyStep(object: string): RunbookStep {
  return {
    id: `copy-${object}`,
    title: object,
    action: { kind: 'copy', object, deferred: [] },
    shows: [],
    check: 'counts',
    stopPoint: null,
    rollback: null,
    irreversible: false,
    approver: 'anyone',
    rehearsedMs: null,
  };
}
