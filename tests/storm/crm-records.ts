import type { Row, Value } from '../../src/model/index.ts';
import type { Draw } from './draw.ts';

/** The records of a small CRM as plain objects: what the move is about, before any system holds it. */
export interface Company {
  readonly id: string;
  readonly title: string | null;
  readonly kind: 'customer' | 'test';
}

export interface Person {
  readonly id: string;
  readonly company: string | null;
  readonly email: string | null;
  readonly name: string;
  readonly age: string;
  readonly manager: string | null;
  /** The source holds something under this key that is no record. */
  readonly damaged: boolean;
}

/** What the target held before: records of others, some of which the move meets. */
export interface Resident {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly note: string;
}

export interface CrmRecords {
  readonly companies: readonly Company[];
  readonly people: readonly Person[];
  readonly residents: readonly Resident[];
}

export const companyFields = ['id', 'title', 'kind'] as const;
export const personFields = ['id', 'company_id', 'email', 'name', 'age', 'manager_id'] as const;
export const residentFields = ['id', 'email', 'name', 'note'] as const;

export function companyRow({ id, title, kind }: Company): Row {
  return [id, title, kind];
}

export function personRow({ id, company, email, name, age, manager }: Person): Value[] {
  return [id, company, email, name, age, manager];
}

export function residentRow({ id, email, name, note }: Resident): Row {
  return [id, email, name, note];
}

/** How often records are awkward: in some worlds hardly ever, in others mostly. */
export function drawRecords(draw: Draw): CrmRecords {
  const awkward = draw.of([0, 0.05, 0.2, 0.5]);
  const companies = Array.from({ length: draw.between(0, 8) }, (_nothing, at): Company => {
    const test = draw.chance(awkward / 2);
    return {
      id: String((at + 1) * 3),
      title: draw.chance(awkward / 2) ? null : `company ${at + 1}`,
      kind: test ? 'test' : 'customer',
    };
  });
  const many = draw.between(0, 24);
  const people = Array.from({ length: many }, (_nothing, at) =>
    drawPerson(draw, String((at + 1) * 2), { companies, many, awkward }),
  );
  return { companies, people, residents: drawResidents(draw, many) };
}

function drawPerson(
  draw: Draw,
  id: string,
  {
    companies,
    many,
    awkward,
  }: { readonly companies: readonly Company[]; readonly many: number; readonly awkward: number },
): Person {
  const company = companies.length === 0 || draw.chance(0.2) ? null : draw.of(companies).id;
  const test = draw.chance(awkward / 3);
  const odd = (): boolean => draw.chance(awkward / 3);
  return {
    id,
    company: odd() ? '999' : company,
    email: odd() ? null : odd() ? 'same@example.org' : `${test ? 'test' : 'p'}${id}@example.org`,
    name: `Zoë ${id}`,
    age: odd() ? 'unknown' : odd() ? '-1' : String(draw.below(90)),
    manager: draw.chance(0.4) ? null : odd() ? '998' : String(draw.between(1, many) * 2),
    damaged: odd(),
  };
}

function drawResidents(draw: Draw, people: number): readonly Resident[] {
  if (draw.chance(0.5)) return [];
  return Array.from({ length: draw.between(1, 4) }, (_nothing, at): Resident => {
    // Some stand where a person of the source wants to go, some have an address that one wants to have.
    const id = draw.chance(0.3) && people > 0 ? String(draw.between(1, people) * 2) : String(1001 + at * 2);
    return {
      id,
      email: draw.chance(0.2) ? 'same@example.org' : `r${at}@example.org`,
      name: 'resident',
      note: 'theirs',
    };
  }).filter((one, at, all) => all.findIndex(({ id, email }) => id === one.id || email === one.email) === at);
}
