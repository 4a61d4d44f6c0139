import { recordKey } from '../../src/model/index.ts';
import { copyFirms, copyNicknames, copyPersons, linkPersons, nicknamesOf } from './crm-mapping.ts';
import { companyRow, type Person, personRow } from './crm-records.ts';
import { type Fates, fateOfCompany } from './fates.ts';
import { copyLetters } from './letters.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf, type TargetRecord } from './target-view.ts';

type Kept =
  StormWorld['journal']['entries'] extends ReadonlyMap<string, { readonly kept: infer Entry }>
    ? Entry
    : never;

/** Quarantine complete: what could not go is there once, with its reason and its original, and nothing else is; letters apart. */
export function checkQuarantine(world: StormWorld, fates: Fates): readonly string[] {
  return new QuarantineCheck(world, fates).check();
}

class QuarantineCheck {
  readonly #world: StormWorld;
  readonly #fates: Fates;
  readonly #persons: ReadonlyMap<string, TargetRecord>;
  /** Open entries by step of the runbook and key. */
  readonly #open = new Map<string, Kept[]>();
  readonly #wrong: string[] = [];

  constructor(world: StormWorld, fates: Fates) {
    this.#world = world;
    this.#fates = fates;
    this.#persons = new Map(
      recordsOf(world.target.tables, 'persons').map((record) => [record['id'] ?? '', record]),
    );
    for (const { kept } of world.journal.entries.values()) {
      if (kept.state !== 'open' || kept.origin === copyLetters.id) continue;
      const place = `${kept.origin} ${kept.entry.key}`;
      const known = this.#open.get(place);
      if (known) known.push(kept);
      else this.#open.set(place, [kept]);
    }
  }

  check(): readonly string[] {
    const { records, history } = this.#world;
    for (const company of records.companies) {
      const fate = fateOfCompany(company);
      this.#expect(copyFirms.id, company.id, fate.kind === 'stays' ? fate.codes : [], companyRow(company));
    }
    for (const id of history.ids()) {
      const [person] = history.versions(id);
      if (!history.isStill(id) || !person) this.#forget(id);
      else this.#checkPerson(person);
    }
    for (const place of this.#open.keys())
      this.#wrong.push(`an entry for ${place}, which there should not be`);
    return this.#wrong;
  }

  #checkPerson(person: Person): void {
    const { id, damaged } = person;
    const fate = this.#fates.of(id);
    const original = damaged ? null : personRow(person);
    if (fate?.kind === 'contends') this.#checkContender(person);
    else this.#expect(copyPersons.id, id, fate?.kind === 'stays' ? fate.codes : [], original);
    const rude = nicknamesOf(id).includes('rude') ? ['target.check'] : [];
    this.#expect(copyNicknames.id, id, damaged ? ['storm.unreadable'] : rude, original);
    this.#checkLink(person);
  }

  /** There, or in quarantine because somebody who is there has the address. */
  #checkContender(person: Person): void {
    const { id, email } = person;
    const there = this.#isOurs(id);
    this.#expect(copyPersons.id, id, there ? [] : ['target.unique'], personRow(person));
    const held = [...this.#persons.values()].some((record) => record['email'] === email);
    if (!there && !held && !this.#wasFreed(email))
      this.#wrong.push(`person ${id} was refused its address, and nobody has it`);
  }

  /** Of a resident with that address who was overwritten: whoever came before that met the address, who comes behind did not. */
  #wasFreed(email: string | null): boolean {
    const { shape, records } = this.#world;
    return shape.mode === 'upsert' && records.residents.some((one) => one.email === email);
  }

  /** Who is there and has a manager: either it is set, or there is an entry that says why not. */
  #checkLink({ id, manager }: Person): void {
    const record = this.#persons.get(id);
    const asked = manager !== null && this.#isOurs(id);
    const set = record?.['manager_id'] === manager;
    const managerFate = manager === null ? null : this.#fates.of(manager);
    if (asked && managerFate?.kind === 'goes' && !set && !this.#world.replayed)
      this.#wrong.push(`person ${id} has lost manager ${manager}`);
    if (asked && !set && this.#owed(id)) return;
    this.#expect(linkPersons.id, id, asked && !set ? ['value.no-such-record', 'target.foreign-key'] : []);
  }

  /** It came by a replay behind the second pass, whose own replay has not come yet. */
  #owed(id: string): boolean {
    if (!this.#world.replayed || (this.#open.get(`${linkPersons.id} ${recordKey([id])}`) ?? []).length > 0)
      return false;
    return [...this.#world.journal.entries.values()].some(
      ({ kept }) =>
        kept.origin === copyPersons.id && kept.state === 'replayed' && kept.entry.key === recordKey([id]),
    );
  }

  #isOurs(id: string): boolean {
    const record = this.#persons.get(id);
    const resident = this.#world.records.residents.find((one) => one.id === id);
    return (
      record !== undefined &&
      (!resident || record['email'] !== resident.email || record['name'] !== resident.name)
    );
  }

  /** @param codes one of them; no entry at all where there is none */
  #expect(
    step: string,
    id: string,
    codes: readonly string[],
    original: ReturnType<typeof personRow> | readonly unknown[] | null = null,
  ): void {
    const place = `${step} ${recordKey([id])}`;
    const found = this.#open.get(place) ?? [];
    this.#open.delete(place);
    const wanted = codes.length > 0 ? 1 : 0;
    if (found.length !== wanted) this.#wrong.push(`${place}: ${found.length} open entries, not ${wanted}`);
    for (const { code, entry } of found) {
      if (!codes.includes(code)) this.#wrong.push(`${place} is there for ${code}, not ${codes.join(' or ')}`);
      const { original: kept } = entry;
      const whole =
        original === null
          ? kept.kind === 'bytes' || step === linkPersons.id
          : kept.kind === 'row' && recordKey(kept.row) === recordKey(original as never);
      if (!whole && wanted > 0) this.#wrong.push(`${place} has another original: ${JSON.stringify(kept)}`);
    }
  }

  /** Of a record that somebody moved nothing is expected. */
  #forget(id: string): void {
    for (const step of [copyPersons.id, copyNicknames.id, linkPersons.id])
      this.#open.delete(`${step} ${recordKey([id])}`);
  }
}
