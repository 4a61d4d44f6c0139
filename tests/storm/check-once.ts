import { recordKey } from '../../src/model/index.ts';
import { copyFirms, copyPersons } from './crm-mapping.ts';
import { type Fates, fateOfCompany } from './fates.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf } from './target-view.ts';

/** Exactly once: every record of the source is in the target, in quarantine or purged, and each slice of a plan was applied once. */
export function checkOnce(world: StormWorld, fates: Fates): readonly string[] {
  const wrong: string[] = [];
  const { records, target, history } = world;
  const open = new Map<string, number>();
  for (const { kept } of world.journal.entries.values())
    if (kept.state === 'open') {
      const place = `${kept.origin} ${kept.entry.key}`;
      open.set(place, (open.get(place) ?? 0) + 1);
    }
  const firms = recordsOf(target.tables, 'firms');
  for (const company of records.companies) {
    const there = firms.filter(({ legacy }) => legacy === company.id).length;
    const kept = open.get(`${copyFirms.id} ${recordKey([company.id])}`) ?? 0;
    const purged = fateOfCompany(company).kind === 'purged' ? 1 : 0;
    if (there + kept + purged !== 1)
      wrong.push(`company ${company.id}: ${there} in the target, ${kept} in quarantine, ${purged} purged`);
  }
  const persons = new Map(recordsOf(target.tables, 'persons').map((one) => [one['id'], one]));
  for (const id of history.ids()) {
    if (!history.isStill(id)) continue;
    const resident = records.residents.find((one) => one.id === id);
    const record = persons.get(id);
    const there = record && (!resident || record['name'] !== resident.name) ? 1 : 0;
    const kept = open.get(`${copyPersons.id} ${recordKey([id])}`) ?? 0;
    const purged = fates.of(id)?.kind === 'purged' ? 1 : 0;
    if (there + kept + purged !== 1)
      wrong.push(`person ${id}: ${there} in the target, ${kept} in quarantine, ${purged} purged`);
  }
  return [...wrong, ...checkSlices(world)];
}

function checkSlices({ journal, target }: StormWorld): readonly string[] {
  const applied = new Set(
    [...target.checkpoints.values()].map(({ run, step, slice }) => `${run}\0${step}\0${slice}`),
  );
  const planned = new Set<string>();
  for (const [name, { slices }] of journal.plans)
    for (const { number } of slices) planned.add(`${name}\0${number}`);
  // A replay that is cut off is not taken up again: the next one repeats what is still open.
  const known = new Set(planned);
  for (const [name, slices] of journal.replays)
    for (const number of slices.keys()) known.add(`${name}\0${number}`);
  return [
    ...[...planned]
      .filter((slice) => !applied.has(slice))
      .map((slice) => `slice ${slice.replaceAll('\0', ' ')} was never applied`),
    ...[...applied]
      .filter((slice) => !known.has(slice))
      .map((slice) => `slice ${slice.replaceAll('\0', ' ')} is in no plan`),
  ];
}
