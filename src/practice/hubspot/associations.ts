import type { PracticeState } from '../practice-state.ts';
import { Sequence } from '../sequence.ts';
import { type AssociationType, vendorTypes } from './association-types.ts';
import { invalid } from './refusal.ts';
import type { ObjectType } from './standard-objects.ts';

/** One end of a link. */
export interface End {
  readonly type: ObjectType;
  readonly id: string;
}

export interface Linked {
  readonly id: string;
  readonly types: readonly AssociationType[];
}

/** A label that callers made; its pair reads the other way round. */
export interface NewLabel {
  readonly name: string;
  readonly label: string;
  readonly inverseLabel: string | undefined;
}

/** Links between records. Each is kept from both ends. */
export class Associations {
  readonly #state: PracticeState;
  readonly #sequence: Sequence;
  readonly #mostOfRecord: () => number;

  constructor(state: PracticeState, mostOfRecord: () => number) {
    this.#state = state;
    this.#sequence = new Sequence(state);
    this.#mostOfRecord = mostOfRecord;
    state.run(`
      CREATE TABLE IF NOT EXISTS links (
        from_id INTEGER, to_type TEXT, to_id INTEGER, category TEXT, type_id INTEGER,
        PRIMARY KEY (from_id, to_type, to_id, category, type_id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS links_back ON links (to_id);
      CREATE TABLE IF NOT EXISTS association_types (
        type_id INTEGER PRIMARY KEY, from_type TEXT, to_type TEXT, name TEXT, label TEXT, inverse INTEGER,
        category TEXT)`);
  }

  /** What links between these two kinds can be, the plain one first. */
  types(from: ObjectType, to: ObjectType): readonly AssociationType[] {
    const made = this.#state
      .statement(
        'SELECT category, type_id, label, name, inverse FROM association_types WHERE from_type = ? AND to_type = ? ORDER BY type_id',
      )
      .all(from.id, to.id)
      .map(([category, typeId, label, name, inverse]) => ({
        category: category === 'USER_DEFINED' ? ('USER_DEFINED' as const) : ('HUBSPOT_DEFINED' as const),
        typeId: Number(typeId),
        label: label === null ? null : String(label),
        name: String(name),
        inverse: Number(inverse),
        primary: false,
      }));
    const own = [...vendorTypes(from, to), ...made];
    return own.some(({ category }) => category === 'HUBSPOT_DEFINED') ? own : [this.#plain(from, to), ...own];
  }

  addLabel(
    from: ObjectType,
    to: ObjectType,
    { name, label, inverseLabel }: NewLabel,
  ): readonly AssociationType[] {
    const there = this.#sequence.next('labels');
    const back = from.id === to.id && inverseLabel === undefined ? there : this.#sequence.next('labels');
    this.#keepType(there, from, to, name, label, back, 'USER_DEFINED');
    if (back !== there) this.#keepType(back, to, from, name, inverseLabel ?? label, there, 'USER_DEFINED');
    // Between records of one kind the way back is a type of the same pair.
    return this.types(from, to).filter(
      ({ typeId, category }) => category === 'USER_DEFINED' && (typeId === there || typeId === back),
    );
  }

  /** False for one that callers did not make. */
  renameLabel(
    from: ObjectType,
    to: ObjectType,
    typeId: number,
    { label, inverseLabel }: Omit<NewLabel, 'name'>,
  ): boolean {
    const found = this.types(from, to).find(
      (one) => one.category === 'USER_DEFINED' && one.typeId === typeId,
    );
    if (found === undefined) return false;
    const rename = this.#state.statement('UPDATE association_types SET label = ? WHERE type_id = ?');
    rename.run(label, found.typeId);
    if (inverseLabel !== undefined) rename.run(inverseLabel, found.inverse);
    return true;
  }

  removeLabel(from: ObjectType, to: ObjectType, typeId: number): boolean {
    const found = this.types(from, to).find(
      (one) => one.category === 'USER_DEFINED' && one.typeId === typeId,
    );
    if (found === undefined) return false;
    for (const one of [found.typeId, found.inverse]) {
      this.#state.statement('DELETE FROM association_types WHERE type_id = ?').run(one);
      this.#state.statement("DELETE FROM links WHERE category = 'USER_DEFINED' AND type_id = ?").run(one);
    }
    return true;
  }

  /** Throws 400 for a type that links between these kinds cannot have, and for a record that has too many. */
  link(from: End, to: End, asked: readonly Pick<AssociationType, 'category' | 'typeId'>[]): void {
    const known = this.types(from.type, to.type);
    const plain = known.find(({ label, primary }) => label === null && !primary);
    for (const { category, typeId } of asked) {
      const type = known.find((one) => one.category === category && one.typeId === typeId);
      if (type === undefined)
        throw invalid(
          `invalid from object type ${from.type.id} for associations to be created. expected: ${category} ${typeId} is not defined to ${to.type.id}`,
        );
      this.#keepBoth(from, to, type);
      if (plain !== undefined && type !== plain) this.#keepBoth(from, to, plain);
    }
    const most = this.#mostOfRecord();
    for (const [one, other] of [[from, to] as const, [to, from] as const])
      if (this.#count(one, other.type) > most)
        throw invalid(
          `${one.type.singular}=${one.id} has reached its limit of ${most} associations to ${other.type.singular}`,
          {
            subCategory: 'ASSOCIATION_LIMIT_EXCEEDED',
          },
        );
  }

  /** The plain type; the first company of a record is its primary one too. */
  linkDefault(from: End, to: End): readonly AssociationType[] {
    const known = this.types(from.type, to.type);
    const plain = known.find(({ label, primary }) => label === null && !primary);
    const primary = known.find((one) => one.primary);
    const first =
      primary !== undefined && !this.of(from, to.type).some(({ types }) => types.some((one) => one.primary));
    const types = [plain, first ? primary : undefined].filter((one) => one !== undefined);
    this.link(from, to, types);
    return types;
  }

  /** @param only of these types; all where none is told */
  unlink(from: End, to: End, only: readonly Pick<AssociationType, 'category' | 'typeId'>[] = []): void {
    for (const type of this.types(from.type, to.type)) {
      if (
        only.length > 0 &&
        !only.some((one) => one.category === type.category && one.typeId === type.typeId)
      )
        continue;
      this.#drop(from, to, type.category, type.typeId);
      this.#drop(to, from, type.category, type.inverse);
    }
  }

  /** In the order of ids, behind `after`. */
  of(
    from: End,
    to: ObjectType,
    after: string = '0',
    count: number = Number.MAX_SAFE_INTEGER,
  ): readonly Linked[] {
    const known = this.types(from.type, to);
    const found = new Map<string, AssociationType[]>();
    const rows = this.#state
      .statement(
        'SELECT to_id, category, type_id FROM links WHERE from_id = ? AND to_type = ? AND to_id > ? ORDER BY to_id, category, type_id',
      )
      .iterate(Number(from.id), to.id, Number(after));
    for (const [id, category, typeId] of rows) {
      const of = found.get(String(id));
      if (of === undefined && found.size >= count) break;
      const type = known.find((one) => one.category === category && one.typeId === Number(typeId));
      if (type === undefined) continue;
      if (of === undefined) found.set(String(id), [type]);
      else of.push(type);
    }
    return [...found].map(([id, types]) => ({ id, types }));
  }

  /** The links of a record go with it, or to the one that it was merged into. */
  leave(id: string, into: string | null): void {
    const [from, to] = [Number(id), into === null ? null : Number(into)];
    if (to !== null) {
      this.#state.statement('UPDATE OR IGNORE links SET from_id = ? WHERE from_id = ?').run(to, from);
      this.#state.statement('UPDATE OR IGNORE links SET to_id = ? WHERE to_id = ?').run(to, from);
      this.#state.statement('DELETE FROM links WHERE from_id = ? AND to_id = ?').run(to, to);
    }
    this.#state.statement('DELETE FROM links WHERE from_id = ? OR to_id = ?').run(from, from);
  }

  #count({ id }: End, to: ObjectType): number {
    const row = this.#state
      .statement('SELECT count(DISTINCT to_id) FROM links WHERE from_id = ? AND to_type = ?')
      .first(Number(id), to.id);
    return Number(row?.[0] ?? 0);
  }

  #keepBoth(from: End, to: End, { category, typeId, inverse }: AssociationType): void {
    const keep = this.#state.statement('INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?, ?)');
    keep.run(Number(from.id), to.type.id, Number(to.id), category, typeId);
    keep.run(Number(to.id), from.type.id, Number(from.id), category, inverse);
  }

  #drop(from: End, to: End, category: string, typeId: number): void {
    this.#state
      .statement(
        'DELETE FROM links WHERE from_id = ? AND to_type = ? AND to_id = ? AND category = ? AND type_id = ?',
      )
      .run(Number(from.id), to.type.id, Number(to.id), category, typeId);
  }

  #keepType(
    typeId: number,
    from: ObjectType,
    to: ObjectType,
    name: string,
    label: string | null,
    inverse: number,
    category: AssociationType['category'],
  ): void {
    this.#state
      .statement('INSERT INTO association_types VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(typeId, from.id, to.id, name, label, inverse, category);
  }

  /** Pairs that the vendor gives no fixed number get one when they are first asked about. */
  #plain(from: ObjectType, to: ObjectType): AssociationType {
    const there = 100_000 + this.#sequence.next('plain associations');
    const back = from.id === to.id ? there : 100_000 + this.#sequence.next('plain associations');
    const name = `${from.name}_to_${to.name}`;
    this.#keepType(there, from, to, name, null, back, 'HUBSPOT_DEFINED');
    if (back !== there)
      this.#keepType(back, to, from, `${to.name}_to_${from.name}`, null, there, 'HUBSPOT_DEFINED');
    return { category: 'HUBSPOT_DEFINED', typeId: there, label: null, name, inverse: back, primary: false };
  }
}
