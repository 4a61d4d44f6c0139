import type { Environment } from '../expressions/index.ts';
import { type RecordKey, type Row, recordKey } from '../model/index.ts';
import type { AuditedObject, ExpectedAccount, IdSource } from './audited-relation.ts';
import { arrange, type ComparedFields, keyPlacesOf, keyText, placesOf } from './compared-fields.ts';
import { LookedUpIds } from './looked-up-ids.ts';

export interface ExpectedVisitor {
  /** Is a record with this key looked at at all? */
  wants(key: string): boolean;
  /** Called for every target record that is expected, wanted or not. */
  progress(): void;
  /** @param excused the source record is in quarantine, so the target may or may not hold this one */
  expect(key: string, row: Row, sourceKey: RecordKey, excused: boolean): void;
}

const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;
const namedMax = 100;
const batchRowsMax = 3_000;

/** Streams what the target should hold for one object; every source record ends in exactly one count. */
export async function readExpected(
  object: AuditedObject,
  compared: ComparedFields,
  ids: IdSource,
  visitor: ExpectedVisitor,
): Promise<ExpectedAccount> {
  const account: ExpectedAccount = {
    rowsRead: 0,
    rowsPurged: 0,
    rowsQuarantined: 0,
    purgedBy: new Map(),
    unexplained: [],
    unexplainedCount: 0,
  };
  const places = recordPlaces(compared, object.transform.targetFields);
  const lookedUp = new LookedUpIds(ids);
  for await (const batch of object.snapshot.read(object.source, wholeRelation, { batchRowsMax })) {
    const environment = await lookedUp.environmentFor(batch.rows, object.transform);
    const identity = object.source.identity.map((name) => batch.fields.indexOf(name));
    const keyOf = (row: Row): RecordKey => recordKey(identity.map((place) => row[place] ?? null));
    const given =
      compared.givenKey.length > 0
        ? await ids.resolve(object.name, batch.rows.map(keyOf))
        : new Map<RecordKey, Row>();
    for (const row of batch.rows) {
      const sourceKey = keyOf(row);
      const visit = {
        object,
        environment,
        places,
        compared,
        givenKey: given.get(sourceKey) ?? [],
        account,
        visitor,
      };
      visitRecord(row, sourceKey, visit);
    }
    for (const bad of batch.bad) {
      account.rowsRead += 1;
      explain(account, object, bad.key ? recordKey(bad.key) : bad.where, bad.code);
    }
  }
  return account;
}

interface Visit {
  readonly object: AuditedObject;
  readonly environment: Environment;
  readonly places: RecordPlaces;
  readonly compared: ComparedFields;
  /** The new id that the target gave this record; empty when the mapping fills the key, or the record has none. */
  readonly givenKey: Row;
  readonly account: ExpectedAccount;
  readonly visitor: ExpectedVisitor;
}

function visitRecord(row: Row, sourceKey: RecordKey, visit: Visit): void {
  const { object, account } = visit;
  account.rowsRead += 1;
  const outcome = object.transform.apply(row, visit.environment);
  if (outcome.kind === 'purged') {
    account.rowsPurged += 1;
    account.purgedBy.set(outcome.reason, (account.purgedBy.get(outcome.reason) ?? 0) + 1);
  } else if (outcome.kind === 'rejected') {
    explain(
      account,
      object,
      sourceKey,
      outcome.field === null ? outcome.code : `${outcome.code} in ${outcome.field}`,
    );
    if (object.isQuarantined(sourceKey)) excuseUnlinked(row, sourceKey, visit);
  } else {
    const excused = object.isQuarantined(sourceKey);
    if (excused) account.rowsQuarantined += 1;
    for (const target of outcome.rows) expectRecord(target, visit.places, { sourceKey, excused, visit });
    // Also the target itself may have refused the second pass only: its link was sound by the mapping.
    if (excused) excuseUnlinked(row, sourceKey, visit);
  }
}

/** Where the compared fields, and among them the key, are in what a transform gives. */
interface RecordPlaces {
  readonly places: readonly number[];
  readonly keyPlaces: readonly number[];
}

function recordPlaces(compared: ComparedFields, targetFields: readonly string[]): RecordPlaces {
  const places = placesOf(compared, targetFields);
  return { places, keyPlaces: keyPlacesOf(compared, places) };
}

function expectRecord(
  target: Row,
  { places, keyPlaces }: RecordPlaces,
  { sourceKey, excused, visit }: { sourceKey: RecordKey; excused: boolean; visit: Visit },
): void {
  const { compared, visitor } = visit;
  visitor.progress();
  if (compared.givenKey.length > 0) {
    const row = withGivenKey(arrange(target, places), visit);
    const key = keyText(row, compared, compared.key);
    if (visitor.wants(key)) visitor.expect(key, row, sourceKey, excused);
    return;
  }
  const key = keyText(target, compared, keyPlaces);
  if (visitor.wants(key)) visitor.expect(key, arrange(target, places), sourceKey, excused);
}

function withGivenKey(row: Row, { compared, givenKey }: Visit): Row {
  return row.map((value, place) => {
    const at = compared.givenKey.indexOf(compared.fields[place]?.name ?? '');
    return at < 0 ? value : (givenKey[at] ?? null);
  });
}

/** The second pass could not set its fields, or the target refused them, so the record may stand there without them. */
function excuseUnlinked(row: Row, sourceKey: RecordKey, visit: Visit): void {
  const { withoutLinks } = visit.object;
  const outcome = withoutLinks?.apply(row, visit.environment);
  if (!withoutLinks || outcome?.kind !== 'records') return;
  const places = recordPlaces(visit.compared, withoutLinks.targetFields);
  for (const target of outcome.rows) expectRecord(target, places, { sourceKey, excused: true, visit });
}

/** A record that cannot go must be in quarantine: what has no explanation is a failure of the move. */
function explain(account: ExpectedAccount, object: AuditedObject, key: string, reason: string): void {
  if (object.isQuarantined(key)) {
    account.rowsQuarantined += 1;
    return;
  }
  account.unexplainedCount += 1;
  if (account.unexplained.length < namedMax) account.unexplained.push({ object: object.name, key, reason });
}
