import { DatabaseSync } from 'node:sqlite';

/** What the account's own file says: records that are there twice, that are missing, that hold something else, links that are missing. */
export interface There {
  readonly doubled: number;
  readonly missing: number;
  readonly altered: number;
  readonly linksMissing: number;
}

/** Plain SQL on the account's own file: nothing of the connector vouches for itself. */
export function lookAt(state: string, records: number): There {
  const file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(file.prepare(sql).get()?.['n'] ?? 0);
  const live = "FROM records WHERE archived_ms IS NULL AND type = '0-1'";
  const legacy = "json_extract(properties, '$.legacy_id')";
  const there = {
    doubled: number(`SELECT count(*) - count(DISTINCT ${legacy}) AS n ${live}`),
    missing: records - number(`SELECT count(DISTINCT ${legacy}) AS n ${live}`),
    altered: number(
      `SELECT count(*) AS n ${live} AND (json_extract(properties, '$.firstname') <> 'person ' || ${legacy}
        OR json_extract(properties, '$.email') <> 'p' || ${legacy} || '@example.org')`,
    ),
    linksMissing:
      records -
      number(
        `SELECT count(*) AS n FROM links JOIN records person ON person.id = from_id JOIN records company ON company.id = to_id
          WHERE person.type = '0-1' AND company.type = '0-2' AND type_id = 279
            AND CAST(json_extract(person.properties, '$.legacy_id') AS INTEGER) / 10
              = CAST(json_extract(company.properties, '$.legacy_id') AS INTEGER)`,
      ),
  };
  file.close();
  return there;
}

/** Records that are there, whoever wrote them. */
export function recordsLeft(state: string): number {
  const file = new DatabaseSync(state, { readOnly: true });
  const row = file.prepare('SELECT count(*) AS n FROM records WHERE archived_ms IS NULL').get();
  file.close();
  return Number(row?.['n'] ?? 0);
}
