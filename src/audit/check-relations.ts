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
      // Where parts are without it, a record that points nowhere breaks no promise.
      if (foreignKey.parts?.everywhere === false) continue;
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
  const waiting = new WaitingReferences();
  const known = new KnownKeys();
  let rowsChecked = 0;
  const settle = async (): Promise<void> =>
    waiting.settle(await existing(snapshot, parent, foreignKey, waiting.keys), known);
  for await (const batch of snapshot.read(child, wholeRelation)) {
    const places = foreignKey.fields.map((field) => batch.fields.indexOf(field));
    const identity = child.identity.map((field) => batch.fields.indexOf(field));
    for (const row of batch.rows) {
      const key = places.map((place) => row[place] ?? null);
      if (key.includes(null)) continue;
      rowsChecked += 1;
      const text = recordKey(key);
      if (known.has(text)) continue;
      waiting.add(text, key, () => recordKey(identity.map((place) => row[place] ?? null)));
      if (waiting.keys.length >= keysPerRound) await settle();
    }
  }
  await settle();
  const { unresolved, examples } = waiting;
  return {
    relation: child.name,
    fields: foreignKey.fields,
    references: parent.name,
    rowsChecked,
    unresolved,
    examples,
  };
}

/** References of which it is not known yet whether they resolve. Keeps a count and a few examples for each, never all. */
class WaitingReferences {
  unresolved = 0;
  readonly examples: { key: string; value: string }[] = [];
  #waiting = new Map<string, { count: number; readonly children: string[] }>();
  #keys: Row[] = [];

  get keys(): readonly Row[] {
    return this.#keys;
  }

  add(text: string, key: Row, child: () => string): void {
    let waiting = this.#waiting.get(text);
    if (waiting === undefined) {
      waiting = { count: 0, children: [] };
      this.#waiting.set(text, waiting);
      this.#keys.push(key);
    }
    waiting.count += 1;
    if (this.examples.length + waiting.children.length < examplesMax) waiting.children.push(child());
  }

  settle(found: ReadonlySet<string>, known: KnownKeys): void {
    for (const [text, { count, children }] of this.#waiting) {
      if (found.has(text)) known.add(text);
      else {
        this.unresolved += count;
        for (const key of children.slice(0, examplesMax - this.examples.length))
          this.examples.push({ key, value: text });
      }
    }
    this.#waiting = new Map();
    this.#keys = [];
  }
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
