import { DatabaseSync } from 'node:sqlite';

/** What the account's own file says: nothing of the connector vouches for itself. */
export interface There {
  /** Records that are there twice. */
  readonly doubled: number;
  /** Records that are not there, and of which nobody was told. */
  readonly missing: number;
  /** Records that hold something else. */
  readonly altered: number;
  /** Links that are not there although both their ends are, and those that nobody asked for. */
  readonly linksMissing: number;
  /** Records and links that are there, or could be, although they were told as refused. */
  readonly toldWrongly: number;
}

/** The numbers of those which the account refused, as it was told. */
export interface Told {
  readonly companies: ReadonlySet<number>;
  readonly people: ReadonlySet<number>;
  readonly links: ReadonlySet<number>;
}

/** People of one company. */
export const peopleOfOne = 10;
const nothing: ReadonlySet<number> = new Set();
const noneTold: Told = { companies: nothing, people: nothing, links: nothing };

/** Plain SQL on the account's own file. @param people how many there have to be, each with a company for each ten of them */
export function lookAt(state: string, people: number, told: Told = noneTold): There {
  using file = new DatabaseSync(state, { readOnly: true });
  const number = "CAST(json_extract(properties, '$.legacy_id') AS INTEGER)";
  const live = (type: string): string => `FROM records WHERE archived_ms IS NULL AND type = '${type}'`;
  const numbers = (sql: string): readonly number[] =>
    file
      .prepare(sql)
      .all()
      .map(({ n }) => Number(n));
  const there = {
    companies: numbers(`SELECT ${number} AS n ${live('0-2')}`),
    people: numbers(`SELECT ${number} AS n ${live('0-1')}`),
    links: numbers(
      `SELECT CAST(json_extract(person.properties, '$.legacy_id') AS INTEGER) AS n
        FROM links JOIN records person ON person.id = from_id JOIN records company ON company.id = to_id
        WHERE person.type = '0-1' AND company.type = '0-2' AND type_id = 279
          AND CAST(json_extract(person.properties, '$.legacy_id') AS INTEGER) / ${peopleOfOne}
            = CAST(json_extract(company.properties, '$.legacy_id') AS INTEGER)`,
    ),
  };
  const altered = numbers(
    `SELECT ${number} AS n ${live('0-1')} AND (json_extract(properties, '$.firstname') <> 'person ' || ${number}
        OR json_extract(properties, '$.email') <> 'p' || ${number} || '@example.org')
      UNION ALL SELECT ${number} AS n ${live('0-2')} AND json_extract(properties, '$.name') <> 'company ' || ${number}`,
  ).length;
  const [links = 0] = numbers('SELECT count(*) AS n FROM links WHERE type_id = 279');
  const companies = against(there.companies, told.companies, Math.ceil(people / peopleOfOne));
  const persons = against(there.people, told.people, people);
  const ends = (at: number): boolean =>
    !told.people.has(at) && !told.companies.has(Math.floor(at / peopleOfOne));
  const linked = new Set(there.links);
  const unlinked = Array.from({ length: people }, (_none, at) => at).filter((at) => !linked.has(at));
  return {
    doubled: companies.doubled + persons.doubled,
    missing: companies.missing + persons.missing,
    altered,
    linksMissing:
      unlinked.filter((at) => ends(at) || !told.links.has(at)).length + links - there.links.length,
    toldWrongly:
      companies.toldWrongly +
      persons.toldWrongly +
      [...told.links].filter((at) => ends(at) || linked.has(at)).length,
  };
}

function against(
  there: readonly number[],
  told: ReadonlySet<number>,
  count: number,
): Pick<There, 'doubled' | 'missing' | 'toldWrongly'> {
  const distinct = new Set(there);
  const all = Array.from({ length: count }, (_none, at) => at);
  return {
    doubled: there.length - distinct.size,
    missing: all.filter((at) => !distinct.has(at) && !told.has(at)).length,
    toldWrongly: [...told].filter((at) => distinct.has(at)).length,
  };
}

/** Records that are there, whoever wrote them. */
export function recordsLeft(state: string): number {
  using file = new DatabaseSync(state, { readOnly: true });
  const row = file.prepare('SELECT count(*) AS n FROM records WHERE archived_ms IS NULL').get();
  return Number(row?.['n'] ?? 0);
}
