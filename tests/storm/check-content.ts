import { nicknamesOf } from './crm-mapping.ts';
import type { Person, Resident } from './crm-records.ts';
import { type Fates, fateOfCompany } from './fates.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf, type TargetRecord } from './target-view.ts';

/** Content: what the target holds is what the source held and the mapping makes of it, each record whole, and nothing else. */
export function checkContent(world: StormWorld, fates: Fates): readonly string[] {
  return [...checkFirms(world), ...checkPersons(world, fates), ...checkNicknames(world)];
}

function checkFirms({ records, target }: StormWorld): readonly string[] {
  const found = recordsOf(target.tables, 'firms');
  const wrong = records.companies.flatMap((company) => {
    const there = found.filter(({ legacy }) => legacy === company.id);
    const wanted = fateOfCompany(company).kind === 'goes' ? 1 : 0;
    if (there.length !== wanted) return [`company ${company.id} is there ${there.length} times`];
    return there.some(({ title }) => title !== company.title)
      ? [`company ${company.id} has another title`]
      : [];
  });
  const known = new Set(records.companies.map(({ id }) => id));
  return [
    ...wrong,
    ...found.filter(({ legacy }) => !known.has(legacy ?? '')).map(({ id }) => `firm ${id} is nobody's`),
  ];
}

function checkPersons(world: StormWorld, fates: Fates): readonly string[] {
  const { records, target, history } = world;
  const companyOf = new Map(recordsOf(target.tables, 'firms').map(({ id, legacy }) => [id, legacy]));
  const found = new Map(recordsOf(target.tables, 'persons').map((record) => [record['id'] ?? '', record]));
  const residents = new Map(records.residents.map((resident) => [resident.id, resident]));
  const wrong: string[] = [];
  for (const [id, record] of found) {
    const resident = residents.get(id) ?? null;
    if (resident && isAsItWas(record, resident)) continue;
    if (resident && world.shape.mode === 'append') wrong.push(`resident ${id} was changed`);
    const versions = history.versions(id);
    if (versions.length === 0) wrong.push(`person ${id} is nobody's`);
    else if (!versions.some((version) => version && isMoved(record, version, companyOf, resident)))
      wrong.push(`person ${id} is not as it was in the source: ${JSON.stringify(record)}`);
  }
  for (const [id, { kind }] of fates.people) {
    const record = found.get(id);
    const resident = residents.get(id);
    const there = record !== undefined && !(resident && isAsItWas(record, resident));
    if (kind === 'goes' && !there) wrong.push(`person ${id} is missing`);
    if ((kind === 'purged' || kind === 'stays') && there) wrong.push(`person ${id} should not be there`);
  }
  for (const { id } of records.residents) if (!found.has(id)) wrong.push(`resident ${id} is gone`);
  return wrong;
}

function isAsItWas(record: TargetRecord, { email, name, note }: Resident): boolean {
  return (
    record['email'] === email &&
    record['name'] === name &&
    record['note'] === note &&
    record['firm_id'] === null
  );
}

/** Of its links only that they point at the right record or nowhere: which of both is told elsewhere. */
function isMoved(
  record: TargetRecord,
  { company, email, name, age, manager }: Person,
  companyOf: ReadonlyMap<string | null | undefined, string | null | undefined>,
  resident: Resident | null,
): boolean {
  const firm = record['firm_id'] === null ? null : companyOf.get(record['firm_id']);
  return (
    firm === company &&
    record['email'] === email &&
    record['name'] === name &&
    record['age'] === (/^-?\d+$/.test(age) ? age : null) &&
    (record['manager_id'] === null || record['manager_id'] === manager) &&
    record['note'] === (resident?.note ?? null)
  );
}

function checkNicknames({ target, history }: StormWorld): readonly string[] {
  const found = new Map<string, string[]>();
  for (const { person_id: id, place, name } of recordsOf(target.tables, 'nicknames')) {
    const names = found.get(id ?? '') ?? [];
    names[Number(place) - 1] = name ?? '';
    found.set(id ?? '', names);
  }
  const wrong = [...found.keys()]
    .filter((id) => history.versions(id).length === 0)
    .map((id) => `nicknames of nobody: ${id}`);
  for (const id of history.ids()) {
    const names = nicknamesOf(id);
    const goes =
      !names.includes('rude') && !history.versions(id).every((version) => version?.damaged ?? true);
    const there = found.get(id) ?? [];
    const whole = there.join() === names.join();
    if (there.length === 0 && (!goes || !history.isStill(id))) continue;
    if (!whole || !goes) wrong.push(`person ${id} has the nicknames ${there.join()}, not ${names.join()}`);
  }
  return wrong;
}
