import { describe, expect, test } from 'vitest';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../host/index.ts';
import {
  type FieldType,
  findRelation,
  type Relation,
  type Row,
  type Schema,
  type Value,
} from '../../model/index.ts';
import type { Ability, BulkFormat, Connector, OpenContext, OpenSystem } from '../port.ts';

/** What a shelf hands to the contract suite: its connector and a way to look at the system without the shelf's own code. */
export interface ContractSetup<Address> {
  readonly connector: Connector<Address>;
  /** A fresh, empty system. Called for every test: keep it quick (a template, a schema, a file). */
  fresh(): Promise<ContractSystem<Address>>;
  /** Addresses that cannot be opened. `secret` must appear in no part of the error. */
  readonly broken: readonly {
    readonly title: string;
    readonly address: () => Address | Promise<Address>;
    readonly secret: string | null;
    readonly fate: 'never' | 'later';
  }[];
  /** How a value of that neutral type comes back from this system, where that is not the value itself. */
  readonly asRead?: (type: FieldType, value: Value) => Value;
  /** Values of a neutral type that this system has no place for: it has to refuse each by name. */
  readonly cannotHold?: (type: FieldType, value: Value) => boolean;
  /** A name as near to this one as the system takes; what it does not take is tested apart. */
  readonly asNamed?: (name: string) => string;
  /** Why this system cannot hold a record that is not a valid record of its relation; absent where `damage` is there. */
  readonly noBadRecords?: string;
  /** Why this system takes no records that nothing names: they have to be refused, and leave nothing. Absent where it does. */
  readonly needsKey?: string;
  /** The format of text that it loads in bulk; absent where it loads nothing so. */
  readonly loads?: BulkFormat;
}

/** One fresh system. Everything here works without the shelf: through the driver, or the plain file. */
export interface ContractSystem<Address> extends AsyncDisposable {
  readonly address: Address;
  /** Creates the neutral schema's relations; where absent, the shelf's own `creates` does. */
  create?(schema: Schema): Promise<void>;
  seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void>;
  /** The values of all records, canonical, in any order; an absent relation has no records. */
  rows(relation: string, fields: readonly string[]): Promise<readonly Row[]>;
  /** Somebody else sets one field of the records that have that value. */
  change(relation: string, where: readonly [string, Value], set: readonly [string, Value]): Promise<void>;
  /** Plants one record in a `(id integer, name text, amount integer)` relation that cannot be read as such. */
  damage?(relation: string): Promise<void>;
}

/** The suite's own view: what can be asked of every shelf. */
export class ContractWorld<Address> {
  readonly setup: ContractSetup<Address>;

  constructor(setup: ContractSetup<Address>) {
    this.setup = setup;
  }

  get connector(): Connector<Address> {
    return this.setup.connector;
  }

  expected(type: FieldType, value: Value): Value {
    return this.setup.asRead ? this.setup.asRead(type, value) : value;
  }

  expectedRows(relation: Relation, fields: readonly string[], rows: readonly Row[]): Row[] {
    const types = fields.map((name) => relation.fields.find((field) => field.name === name)!.type);
    return rows.map((row) => row.map((value, at) => this.expected(types[at]!, value)));
  }

  /** The records with null in place of every value that the system has no place for. */
  held(relation: Relation, fields: readonly string[], rows: readonly Row[]): Row[] {
    return rows.map((row) =>
      row.map((value, at) => (this.#holds(relation, fields[at]!, value) ? value : null)),
    );
  }

  /** The records of which some value has no place, each with the fields that may be blamed. */
  notHeld(
    relation: Relation,
    fields: readonly string[],
    rows: readonly Row[],
  ): { readonly row: Row; readonly fields: readonly string[] }[] {
    return rows
      .map((row) => ({
        row,
        fields: fields.filter((name, at) => !this.#holds(relation, name, row[at]!)),
      }))
      .filter((found) => found.fields.length > 0);
  }

  #holds(relation: Relation, name: string, value: Value): boolean {
    const { type } = relation.fields.find((field) => field.name === name)!;
    return !(this.setup.cannotHold?.(type, value) ?? false);
  }

  /** The relation under names that this system takes. */
  named(relation: Relation): Relation {
    const { asNamed } = this.setup;
    if (asNamed === undefined) return relation;
    const key = relation.primaryKey;
    return {
      ...relation,
      name: asNamed(relation.name),
      fields: relation.fields.map((field) => ({ ...field, name: asNamed(field.name) })),
      primaryKey: key && { ...key, fields: key.fields.map(asNamed) },
      identity: relation.identity.map(asNamed),
    };
  }

  /** Runs tests of an ability, or one test that says it is declared missing: never nothing. */
  withAbility(ability: Ability, tests: () => void): void {
    const declared = this.connector.capabilities.abilities[ability];
    if (declared === true) describe(ability, tests);
    else
      test(`${ability}: declared missing, with a reason`, () => {
        expect(declared.trim().length).toBeGreaterThan(20);
      });
  }

  can(ability: Ability): boolean {
    return this.connector.capabilities.abilities[ability] === true;
  }

  async fresh(...relations: readonly Relation[]): Promise<FreshSystem<Address>> {
    const system = await this.setup.fresh();
    if (relations.length > 0)
      await createIn(this.connector, system, neutralSchema(this.connector, relations));
    return new FreshSystem(this.connector, system);
  }
}

/** A fresh system with its relations; opens connections and closes all of them at the end. */
export class FreshSystem<Address> implements AsyncDisposable {
  readonly connector: Connector<Address>;
  readonly plain: ContractSystem<Address>;
  readonly #open: OpenSystem[] = [];

  constructor(connector: Connector<Address>, plain: ContractSystem<Address>) {
    this.connector = connector;
    this.plain = plain;
  }

  async open(role: OpenContext['role'], address: Address = this.plain.address): Promise<OpenSystem> {
    const system = await this.connector.open(address, contextFor(role));
    this.#open.push(system);
    return system;
  }

  async closeAll(): Promise<void> {
    for (const system of this.#open.splice(0)) await system[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeAll();
    await this.plain[Symbol.asyncDispose]();
  }
}

const sealKey = systemRandom.bytes(32);

export function contextFor(role: OpenContext['role']): OpenContext {
  return {
    name: 'contract',
    role,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: sealFromKey(sealKey),
    signal: new AbortController().signal,
  };
}

async function createIn<Address>(
  connector: Connector<Address>,
  system: ContractSystem<Address>,
  schema: Schema,
): Promise<void> {
  if (system.create) {
    await system.create(schema);
    return;
  }
  await using open = await connector.open(system.address, contextFor('target'));
  const creates = open.creates!;
  await creates.create(
    creates.statements(
      schema,
      schema.relations.map(({ name }) => name),
    ),
  );
}

/** As if it came from another kind of system, so that field types decide, not native spellings. */
function neutralSchema<Address>(connector: Connector<Address>, relations: readonly Relation[]): Schema {
  const kind = connector.kind === 'postgres' ? 'sqlite' : 'postgres';
  return { formatVersion: 1, kind, version: 'neutral', namespace: null, relations, objects: [] };
}

/** The relation as this system sees it. */
export async function relationIn(system: OpenSystem, name: string): Promise<Relation> {
  const relation = findRelation(await system.inspects.inspect(), name);
  expect(relation, `relation ${name} as inspected`).toBeDefined();
  return relation!;
}
