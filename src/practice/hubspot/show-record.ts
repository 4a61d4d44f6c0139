import type { Account } from './account.ts';
import { showMs, showValue } from './read-value.ts';
import type { KeptRecord } from './record-store.ts';
import type { ObjectType } from './standard-objects.ts';

export interface Showing {
  /** Names that were asked for; those nobody knows are passed over. */
  readonly properties?: readonly string[];
  readonly withHistory?: readonly string[];
  /** Paths of kinds of records, whose links are shown too. */
  readonly associations?: readonly string[];
  readonly isSearch?: boolean;
  /** Everything it has: the answer to a create. */
  readonly all?: boolean;
}

/** A record as answers show it: values are texts, what was asked for and has none is null. */
export function showRecord(
  account: Account,
  type: ObjectType,
  record: KeptRecord,
  showing: Showing,
): unknown {
  const { id, createdMs, updatedMs, archivedMs } = record;
  const { associations = [], withHistory = [] } = showing;
  return {
    id,
    properties: shownValues(account, type, record, showing),
    ...(withHistory.length === 0
      ? {}
      : {
          propertiesWithHistory: Object.fromEntries(
            withHistory.map((name) => [name, historyOf(account, record, name)]),
          ),
        }),
    createdAt: showMs(createdMs),
    updatedAt: showMs(updatedMs),
    archived: archivedMs !== null,
    ...(archivedMs === null ? {} : { archivedAt: showMs(archivedMs) }),
    ...shownLinks(account, type, record, associations),
  };
}

function shownValues(
  account: Account,
  type: ObjectType,
  record: KeptRecord,
  { properties = [], all = false }: Showing,
): Readonly<Record<string, string | null>> {
  const { values, id, createdMs, updatedMs } = record;
  const system: Readonly<Record<string, string>> = {
    hs_object_id: id,
    // What somebody was allowed to write there is what it says.
    [type.created]: values[type.created] ?? showMs(createdMs),
    [type.modified]: showMs(updatedMs),
  };
  const asked = all ? Object.keys(values) : properties.length === 0 ? type.shown : properties;
  const names = [...new Set([...asked, ...Object.keys(system)])].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const property = account.catalog.property(type, name);
      if (property === null) return [];
      const value = system[name] ?? values[name];
      return [[name, value === undefined ? null : showValue(property, value)]];
    }),
  );
}

/** Newest first, as the vendor gives it. */
function historyOf({ records }: Account, record: KeptRecord, name: string): readonly unknown[] {
  let fromMs = record.createdMs;
  const entries: { value: string; timestamp: string; sourceType: string }[] = [];
  for (const { value, untilMs } of records.past(record, name)) {
    if (value !== null) entries.unshift({ value, timestamp: showMs(fromMs), sourceType: 'INTEGRATION' });
    fromMs = untilMs;
  }
  const value = record.values[name];
  if (value !== undefined) entries.unshift({ value, timestamp: showMs(fromMs), sourceType: 'INTEGRATION' });
  return entries;
}

function shownLinks(
  account: Account,
  type: ObjectType,
  { id }: KeptRecord,
  associations: readonly string[],
): Readonly<Record<string, unknown>> {
  const shown = associations.flatMap((name) => {
    const to = account.type(name);
    const results = account.links.of({ type, id }, to).flatMap(({ id: toId, types }) =>
      types.map(({ name: typeName, label }) => ({
        id: toId,
        type: label === null ? typeName : label.toLowerCase().replaceAll(' ', '_'),
      })),
    );
    return results.length === 0 ? [] : [[to.name, { results }]];
  });
  return shown.length === 0 ? {} : { associations: Object.fromEntries(shown) as unknown };
}
