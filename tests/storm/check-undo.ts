import type { UndoReport } from '../../src/engine/index.ts';
import { recordKey } from '../../src/model/index.ts';
import { run } from './migrate.ts';
import type { OthersAtWork } from './others-at-work.ts';
import { contentOf, type Tables } from './simulated-database.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf } from './target-view.ts';

/** Undo restores: what the target held before is there again, with what others did since, and what stays is named, no more. */
export function checkUndo(
  world: StormWorld,
  before: Tables,
  others: OthersAtWork,
  report: UndoReport,
): readonly string[] {
  const left = leftByOthers(world, others);
  const wrong: string[] = [];
  for (const [name, table] of before) {
    const stay = left.get(name) ?? new Set<string>();
    const now = recordsOf(world.target.tables, name);
    const kept = now.filter(({ id }) => stay.has(id ?? '') || others.added.has(id ?? ''));
    if (name === 'persons' && kept.length < stay.size)
      wrong.push(`of the records that others changed or need ${stay.size - kept.length} are gone`);
    const found = contentOf(world.target.tables.get(name) ?? table).length - kept.length;
    const wanted = recordsOf(before, name).filter(
      ({ id }) => !(name !== 'nicknames' && stay.has(id ?? '')),
    ).length;
    if (found !== wanted) wrong.push(`${name} holds ${found} records instead of ${wanted}`);
    const old = new Set(contentOf(table));
    const strange = contentOf(world.target.tables.get(name) ?? table).filter((one) => !old.has(one));
    if (strange.length > kept.length)
      wrong.push(`${name} holds ${strange.filter((one) => !others.wrote(one)).join(' ')}`);
  }
  return [...wrong, ...checkNamed(left, report), ...checkBooks(world, report)];
}

/** Who was changed by others, and whom they or their own records need; residents get back what they held all the same. */
function leftByOthers(world: StormWorld, others: OthersAtWork): ReadonlyMap<string, ReadonlySet<string>> {
  const { target, shape, records } = world;
  const persons = new Map(recordsOf(target.tables, 'persons').map((one) => [one['id'] ?? '', one]));
  const residents = new Set(records.residents.map(({ id }) => id));
  const staying = new Set([...others.changed].filter((id) => persons.has(id)));
  const firms = new Set<string>();
  const needs = (id: string): void => {
    const { firm_id: firm, manager_id: manager } = persons.get(id) ?? {};
    if (shape.firmKept && firm) firms.add(firm);
    if (shape.managerKept && manager && !residents.has(manager)) staying.add(manager);
  };
  for (const id of others.added) needs(id);
  // A set that grows is walked on to its end.
  for (const id of staying) {
    needs(id);
    // A resident cannot have an address back that somebody has who stays.
    for (const resident of records.residents)
      if (resident.id !== id && resident.email === persons.get(id)?.['email']) staying.add(resident.id);
  }
  return new Map([
    ['persons', staying],
    ['firms', firms],
  ]);
}

function checkNamed(left: ReadonlyMap<string, ReadonlySet<string>>, report: UndoReport): readonly string[] {
  const named = new Set(report.left.map(({ relation, key }) => `${relation} ${key}`));
  const wanted = new Set(
    [...left].flatMap(([name, ids]) => [...ids].map((id) => `${name} ${recordKey([id])}`)),
  );
  return [
    ...[...wanted].filter((one) => !named.has(one)).map((one) => `${one} stays, and is not named`),
    ...[...named].filter((one) => !wanted.has(one)).map((one) => `${one} is named, and nobody needs it`),
  ];
}

function checkBooks({ target, journal }: StormWorld, { outcome }: UndoReport): readonly string[] {
  const checkpoints = [...target.checkpoints.values()].filter((one) => one.run === run).length;
  const state = journal.runs.get(run)?.state;
  if (outcome === 'undone' && (checkpoints > 0 || target.ids.size > 0))
    return [`it is undone, and the target holds ${checkpoints} checkpoints and ${target.ids.size} ids`];
  if (outcome === 'undone' && state !== 'undone') return [`it is undone, and the journal calls it ${state}`];
  return outcome === 'left-some' && checkpoints === 0 ? ['some are left, and nothing says so'] : [];
}
