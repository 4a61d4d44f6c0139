import type { Snapshot } from '../connectors/index.ts';
import {
  type ForeignKey,
  findRelation,
  type RecordBatch,
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
/**
 * The references of one relation, followed. Where the system can join, its own join says whether any leads nowhere; where it
 * cannot, or where some do and have to be named, the records are followed that are read anyhow, and nothing is read for that alone
 * but the parents.
 */
export class FollowedReferences {
  readonly #child: Relation;
  readonly #references: readonly Reference[];
  readonly #joined: ReadonlyMap<Reference, RelationCheck>;
  readonly #readers: ReadonlyMap<Reference, ReferenceReader>;

  private constructor(
    child: Relation,
    references: readonly Reference[],
    joined: ReadonlyMap<Reference, RelationCheck>,
    readers: ReadonlyMap<Reference, ReferenceReader>,
  ) {
    this.#child = child;
    this.#references = references;
    this.#joined = joined;
    this.#readers = readers;
  }

  static async begin(schema: Schema, snapshot: Snapshot, child: Relation): Promise<FollowedReferences> {
    const references = referencesOf(schema, child);
    const joined = new Map<Reference, RelationCheck>();
    const readers = new Map<Reference, ReferenceReader>();
    for (const reference of references) {
      const check = await joinedCheck(snapshot, child, reference);
      if (check !== null) joined.set(reference, check);
      else
        readers.set(reference, new ReferenceReader(snapshot, child, reference.foreignKey, reference.parent));
    }
    return new FollowedReferences(child, references, joined, readers);
  }

  /** Records of the relation, with all of its fields; each has to come once. */
  async read(batch: RecordBatch): Promise<void> {
    for (const reader of this.#readers.values()) await reader.read(batch);
  }

  /** Behind the last record. */
  async checks(): Promise<readonly RelationCheck[]> {
    for (const reader of this.#readers.values()) await reader.settle();
    return this.#references.flatMap((reference) => {
      const reader = this.#readers.get(reference);
      if (reader !== undefined) return checkOf(this.#child, reference.foreignKey, reader);
      return this.#joined.get(reference) ?? [];
    });
  }
}

interface Reference {
  readonly foreignKey: ForeignKey;
  readonly parent: Relation;
}

function referencesOf(schema: Schema, child: Relation): readonly Reference[] {
  return child.foreignKeys.flatMap((foreignKey) => {
    const parent = findRelation(schema, foreignKey.references.relation);
    // Where parts are without it, a record that points nowhere breaks no promise.
    return parent === undefined || foreignKey.parts?.everywhere === false ? [] : [{ foreignKey, parent }];
  });
}

/** Null where records have to be read. What leads nowhere under a reference to spans is not found by looking for equal keys. */
async function joinedCheck(
  snapshot: Snapshot,
  child: Relation,
  { foreignKey, parent }: Reference,
): Promise<RelationCheck | null> {
  const count = (await snapshot.countReferences?.(child, foreignKey, parent)) ?? null;
  if (count === null || (count.unresolved !== '0' && foreignKey.period !== true)) return null;
  const [rowsChecked, unresolved] = [Number(count.rows), Number(count.unresolved)];
  return checkOf(child, foreignKey, { rowsChecked, unresolved, examples: [] });
}

/** The relation with these fields and those that name its records. Of files all is read: their records are lines. */
function withFields(relation: Relation, names: readonly string[]): Relation {
  if (relation.kind === 'file') return relation;
  const wanted = new Set([...relation.identity, ...names]);
  return { ...relation, fields: relation.fields.filter(({ name }) => wanted.has(name)) };
}

function checkOf(
  child: Relation,
  { fields, references }: ForeignKey,
  { rowsChecked, unresolved, examples }: Pick<RelationCheck, 'rowsChecked' | 'unresolved' | 'examples'>,
): RelationCheck {
  return { relation: child.name, fields, references: references.relation, rowsChecked, unresolved, examples };
}

/** Follows one reference of every record that is read. */
class ReferenceReader {
  readonly #snapshot: Snapshot;
  readonly #child: Relation;
  readonly #foreignKey: ForeignKey;
  readonly #parent: Relation;
  readonly #waiting = new WaitingReferences();
  readonly #known = new KnownKeys();
  rowsChecked = 0;

  constructor(snapshot: Snapshot, child: Relation, foreignKey: ForeignKey, parent: Relation) {
    this.#snapshot = snapshot;
    this.#child = child;
    this.#foreignKey = foreignKey;
    this.#parent = withFields(parent, foreignKey.references.fields);
  }

  get unresolved(): number {
    return this.#waiting.unresolved;
  }

  get examples(): RelationCheck['examples'] {
    return this.#waiting.examples;
  }

  async read({ rows, fields }: RecordBatch): Promise<void> {
    const places = this.#foreignKey.fields.map((field) => fields.indexOf(field));
    const identity = this.#child.identity.map((field) => fields.indexOf(field));
    for (const row of rows) {
      const key = places.map((place) => row[place] ?? null);
      if (key.includes(null)) continue;
      this.rowsChecked += 1;
      const text = recordKey(key);
      if (this.#known.has(text)) continue;
      this.#waiting.add(text, key, () => recordKey(identity.map((place) => row[place] ?? null)));
      if (this.#waiting.keys.length >= keysPerRound) await this.settle();
    }
  }

  async settle(): Promise<void> {
    const found = await existing(this.#snapshot, this.#parent, this.#foreignKey, this.#waiting.keys);
    this.#waiting.settle(found, this.#known);
  }
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
