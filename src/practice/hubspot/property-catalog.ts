import type { PracticeState } from '../practice-state.ts';
import { Sequence } from '../sequence.ts';
import type { AccountObject, AccountPipeline, AccountProperty, AccountSettings } from './account-file.ts';
import { definedProperty, optionsOf, type PropertyDefinition } from './property-definition.ts';
import { type ObjectType, propertiesOf, standardTypes } from './standard-objects.ts';

/** A property as the account keeps it. */
export interface KeptProperty {
  readonly definition: PropertyDefinition;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Null while it is in use. */
  readonly archivedMs: number | null;
}

/** A custom object as the account keeps it. */
export interface CustomSchema {
  readonly name: string;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly primaryDisplayProperty: string | null;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  readonly createdMs: number;
}

interface Loaded {
  readonly types: readonly ObjectType[];
  readonly schemas: ReadonlyMap<string, CustomSchema>;
  readonly properties: ReadonlyMap<string, ReadonlyMap<string, KeptProperty>>;
}

/** Which kinds of records the account has, and what they can hold; kept in the state, since callers change it. */
export class PropertyCatalog {
  readonly #state: PracticeState;
  readonly #sequence: Sequence;
  readonly #hubId: number;
  #loaded: Loaded | null = null;
  #changed = false;

  constructor(state: PracticeState, hubId: number) {
    this.#state = state;
    this.#sequence = new Sequence(state);
    this.#hubId = hubId;
    state.run(`
      CREATE TABLE IF NOT EXISTS custom_types (id TEXT PRIMARY KEY, schema TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS properties (
        type TEXT, name TEXT, definition TEXT NOT NULL, created_ms INTEGER, updated_ms INTEGER, archived_ms INTEGER,
        PRIMARY KEY (type, name))`);
  }

  /** Brings in what the description of the account tells; what callers made stays. */
  describe({ objects, pipelines }: AccountSettings, nowMs: number): void {
    for (const type of standardTypes) {
      const told = objects.find(({ name }) => name === type.name);
      this.#bringIn(type, withPipelines(propertiesOf(type), type.name, pipelines), told, nowMs);
    }
    for (const told of objects.filter(({ labels }) => labels !== undefined)) {
      const { name, labels } = told;
      if (labels === undefined) continue;
      const schema = { name, labels, ...plainSchema, createdMs: nowMs };
      const type = this.find(name) ?? this.createType(schema);
      this.#bringIn(type, propertiesOf(type), told, nowMs);
    }
  }

  get types(): readonly ObjectType[] {
    return this.#all().types;
  }

  /** By name (`contacts`, `contact`), id (`0-1`), or full name (`p20000001_pets`). */
  find(name: string): ObjectType | null {
    const plain = name.startsWith(`p${this.#hubId}_`) ? name.slice(`p${this.#hubId}_`.length) : name;
    const same = (type: ObjectType): boolean =>
      type.id === name || type.name === plain || type.singular.toLowerCase() === plain.toLowerCase();
    return this.types.find(same) ?? this.types.find((type) => type.name === `${plain}s`) ?? null;
  }

  schema(type: ObjectType): CustomSchema | null {
    return this.#all().schemas.get(type.id) ?? null;
  }

  /** @returns the new kind of record, without any property of its own */
  createType(schema: CustomSchema): ObjectType {
    const id = `2-${1_000_000 + this.#sequence.next('custom types')}`;
    this.#write('INSERT INTO custom_types VALUES (?, ?)', id, JSON.stringify(schema));
    const made = customType(id, schema);
    return made;
  }

  changeSchema(type: ObjectType, schema: CustomSchema): void {
    this.#write('UPDATE custom_types SET schema = ? WHERE id = ?', JSON.stringify(schema), type.id);
  }

  removeType(type: ObjectType): void {
    this.#write('DELETE FROM custom_types WHERE id = ?', type.id);
    this.#write('DELETE FROM properties WHERE type = ?', type.id);
  }

  /** Null for one that is not there or archived. */
  property(type: ObjectType, name: string): PropertyDefinition | null {
    const kept = this.kept(type, name);
    return kept === null || kept.archivedMs !== null ? null : kept.definition;
  }

  /** Archived ones too. */
  kept(type: ObjectType, name: string): KeptProperty | null {
    return this.#all().properties.get(type.id)?.get(name) ?? null;
  }

  list(type: ObjectType): readonly KeptProperty[] {
    return [...(this.#all().properties.get(type.id)?.values() ?? [])];
  }

  keep(type: ObjectType, { definition, createdMs, updatedMs, archivedMs }: KeptProperty): void {
    this.#write(
      // One that is changed keeps its place in the list.
      `INSERT INTO properties VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (type, name) DO UPDATE SET
        definition = excluded.definition, created_ms = excluded.created_ms, updated_ms = excluded.updated_ms, archived_ms = excluded.archived_ms`,
      type.id,
      definition.name,
      JSON.stringify(definition),
      createdMs,
      updatedMs,
      archivedMs,
    );
  }

  /** After a call: what it changed may have been taken back. */
  settle(): void {
    if (this.#changed) this.#loaded = null;
    this.#changed = false;
  }

  #write(sql: string, ...values: (string | number | null)[]): void {
    this.#state.statement(sql).run(...values);
    this.#changed = true;
    this.#loaded = null;
  }

  #bringIn(
    type: ObjectType,
    vendors: readonly PropertyDefinition[],
    told: AccountObject | undefined,
    nowMs: number,
  ): void {
    const asked = told?.properties ?? [];
    const changed = vendors.map((property) => {
      const given = asked.find(({ name }) => name === property.name);
      return given === undefined ? property : toldProperty(given, property);
    });
    const before = this.#all().properties.get(type.id);
    const fresh = asked.filter(({ name }) => !vendors.some((property) => property.name === name));
    for (const definition of [...changed, ...fresh.map((property) => toldProperty(property))]) {
      const known = before?.get(definition.name);
      if (known !== undefined && JSON.stringify(known.definition) === JSON.stringify(definition)) continue;
      this.keep(type, {
        definition,
        createdMs: known?.createdMs ?? nowMs,
        updatedMs: nowMs,
        archivedMs: known?.archivedMs ?? null,
      });
    }
  }

  #all(): Loaded {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  #load(): Loaded {
    const rows = this.#state.statement('SELECT id, schema FROM custom_types ORDER BY id').all();
    const schemas = new Map(rows.map(([id, text]) => [String(id), JSON.parse(String(text)) as CustomSchema]));
    const properties = new Map<string, Map<string, KeptProperty>>();
    const kept = this.#state
      .statement('SELECT type, name, definition, created_ms, updated_ms, archived_ms FROM properties')
      .all();
    for (const [type, name, definition, created, updated, archived] of kept) {
      const ofType = properties.get(String(type)) ?? new Map<string, KeptProperty>();
      properties.set(String(type), ofType);
      ofType.set(String(name), {
        definition: JSON.parse(String(definition)) as PropertyDefinition,
        createdMs: Number(created),
        updatedMs: Number(updated),
        archivedMs: archived === null ? null : Number(archived),
      });
    }
    const own = [...schemas].map(([id, schema]) => customType(id, schema));
    return { types: [...standardTypes, ...own], schemas, properties };
  }
}

export const plainSchema: Omit<CustomSchema, 'name' | 'labels' | 'createdMs'> = {
  primaryDisplayProperty: null,
  secondaryDisplayProperties: [],
  requiredProperties: [],
  searchableProperties: [],
};

const customType = (id: string, { name, requiredProperties }: CustomSchema): ObjectType => ({
  id,
  name,
  singular: name.toUpperCase(),
  modified: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scope: 'custom',
  required: requiredProperties,
  shown: [],
});

function toldProperty(told: AccountProperty, before?: PropertyDefinition): PropertyDefinition {
  const { name, type, unique, options, label, fieldType, sensitive, readOnly, rules } = told;
  const from = before ?? definedProperty(name, type ?? 'string');
  return {
    ...from,
    ...(label === undefined ? {} : { label }),
    ...(fieldType === undefined ? {} : { fieldType }),
    ...(unique === undefined ? {} : { hasUniqueValue: unique }),
    ...(options === undefined ? {} : { options: optionsOf(options) }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(sensitive === true ? { dataSensitivity: 'sensitive' } : {}),
    ...(rules === undefined ? {} : { rules }),
  };
}

/** Pipelines and stages are options of their properties. */
function withPipelines(
  properties: readonly PropertyDefinition[],
  object: string,
  told: readonly AccountPipeline[],
): readonly PropertyDefinition[] {
  const pipelines = pipelinesOf(object, told);
  return properties.map((property) => {
    if (property.name === 'pipeline' || property.name === 'hs_pipeline')
      return { ...property, options: optionsOf(pipelines.map(({ id }) => id)) };
    if (property.name === 'dealstage' || property.name === 'hs_pipeline_stage')
      return {
        ...property,
        options: optionsOf(pipelines.flatMap(({ stages }) => stages.map(({ id }) => id))),
      };
    return property;
  });
}

const stages = (...ids: readonly string[]) => ids.map((id) => ({ id, label: id }));

const vendorsPipelines: readonly AccountPipeline[] = [
  {
    object: 'deals',
    id: 'default',
    label: 'Sales Pipeline',
    stages: stages('appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon', 'closedlost'),
  },
  { object: 'tickets', id: '0', label: 'Support Pipeline', stages: stages('1', '2', '3', '4') },
];

/** The vendor's own ones, where nobody told others. */
export function pipelinesOf(object: string, told: readonly AccountPipeline[]): readonly AccountPipeline[] {
  const own = told.filter((pipeline) => pipeline.object === object);
  return own.length > 0 ? own : vendorsPipelines.filter((pipeline) => pipeline.object === object);
}
