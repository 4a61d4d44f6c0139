import type { Snapshot } from '../connectors/index.ts';
import {
  type ForeignKey,
  findRelation,
  type Relation,
  type Row,
  recordKey,
  type Schema,
} from '../model/index.ts';
import { bucketOf } from './digest-buckets.ts';

/**
 * Do all references on the target resolve? Checked by reading, also where the target declares and enforces them: a
 * constraint that was switched off during a load is exactly the one that does not hold.
 */
export interface RelationCheck {
  readonly relation: string;
  readonly fields: readonly string[];
  readonly references: string;
  readonly rowsChecked: number;
  readonly unresolved: number;
  /** The first ones: record key and the value that leads nowhere. */
  readonly examples: readonly { readonly key: string; readonly value: string }[];
}

const keysPerRound = 1_000;
const examplesMax = 20;
const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;

export async function checkRelations(
  schema: Schema,
  snapshot: Snapshot,
  relations: readonly string[],
): Promise<readonly RelationCheck[]> {
  const checks: RelationCheck[] = [];
  for (const name of relations) {
    const relation = findRelation(schema, name);
    for (const foreignKey of relation?.foreignKeys ?? []) {
      const parent = findRelation(schema, foreignKey.references.relation);
      if (relation && parent) checks.push(await checkReference(snapshot, relation, foreignKey, parent));
    }
  }
  return checks;
}

async function checkReference(
  snapshot: Snapshot,
  child: Relation,
  foreignKey: ForeignKey,
  parent: Relation,
): Promise<RelationCheck> {
  const known = new KnownKeys();
  let rowsChecked = 0;
  let unresolved = 0;
  const examples: { key: string; value: string }[] = [];
  const pending = new Map<string, { key: Row; children: string[] }>();
  const settle = async (): Promise<void> => {
    const found = await existing(
      snapshot,
      parent,
      foreignKey,
      [...pending.values()].map(({ key }) => key),
    );
    for (const [text, { children }] of pending) {
      if (found.has(text)) known.add(text);
      else {
        unresolved += children.length;
        for (const key of children.slice(0, examplesMax - examples.length))
          examples.push({ key, value: text });
      }
    }
    pending.clear();
  };
  for await (const batch of snapshot.read(child, wholeRelation)) {
    const places = foreignKey.fields.map((field) => batch.fields.indexOf(field));
    const identity = child.identity.map((field) => batch.fields.indexOf(field));
    for (const row of batch.rows) {
      const key = places.map((place) => row[place] ?? null);
      if (key.includes(null)) continue;
      rowsChecked += 1;
      const text = recordKey(key);
      if (known.has(text)) continue;
      const waiting = pending.get(text) ?? { key, children: [] };
      waiting.children.push(recordKey(identity.map((place) => row[place] ?? null)));
      pending.set(text, waiting);
      if (pending.size >= keysPerRound) await settle();
    }
  }
  await settle();
  return {
    relation: child.name,
    fields: foreignKey.fields,
    references: parent.name,
    rowsChecked,
    unresolved,
    examples,
  };
}

async function existing(
  snapshot: Snapshot,
  parent: Relation,
  foreignKey: ForeignKey,
  keys: readonly Row[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (keys.length === 0) return found;
  const fields = foreignKey.references.fields;
  for await (const batch of snapshot.fetch(parent, fields, keys)) {
    const places = fields.map((field) => batch.fields.indexOf(field));
    for (const row of batch.rows) found.add(recordKey(places.map((place) => row[place] ?? null)));
  }
  return found;
}

/** The keys last seen to exist, one for each place: spares most repeated questions and never grows. */
class KnownKeys {
  readonly #keys: string[] = [];

  add(text: string): void {
    this.#keys[bucketOf(text)] = text;
  }

  has(text: string): boolean {
    return this.#keys[bucketOf(text)] === text;
  }
}
