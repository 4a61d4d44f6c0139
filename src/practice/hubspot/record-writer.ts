import type { AccountParts } from './account-parts.ts';
import { checkProperties, type GivenValues } from './check-properties.ts';
import type { KeptRecord, Values } from './record-store.ts';
import { invalid, locked, Refusal } from './refusal.ts';
import { lifecycleStages, type ObjectType } from './standard-objects.ts';

/** What holds for the records of one call. */
export interface Writing {
  readonly nowMs: number;
  /** Whether an admin's rules about what has to be there hold: only on dated paths. */
  readonly withRules: boolean;
  /** Stands for the call among those that hold records. */
  readonly by: object;
  /** What the fault script does to the next record. */
  readonly trouble: () => 'none' | 'fails' | 'lost';
}

/** Creates and changes records, with every rule that the vendor holds about them. */
export class RecordWriter {
  readonly #account: AccountParts;
  readonly #held = new Map<string, { readonly by: object; readonly untilMs: number }>();

  constructor(account: AccountParts) {
    this.#account = account;
  }

  /** Throws 400 and 409. */
  create(type: ObjectType, given: Readonly<Record<string, unknown>>, writing: Writing): KeptRecord {
    const values = checkProperties(this.#account, type, given);
    const trouble = fateOf(writing);
    const missing = type.required.filter((name) => (values[name] ?? null) === null);
    if (missing.length > 0)
      throw invalid(`Error creating ${type.singular}. Some required properties were not set.`, {
        context: { properties: missing },
      });
    const { nowMs } = writing;
    const record = {
      id: this.#account.records.nextId(),
      values: merged({}, values),
      createdMs: nowMs,
      updatedMs: nowMs,
      archivedMs: null,
    };
    this.#holdRules(type, record.values, writing);
    if (trouble === 'lost') return record;
    const kept = this.#insert(type, record, nowMs);
    this.#hold(record.id, writing);
    return kept;
  }

  /** Throws 400, 404, 409, 423. */
  update(
    type: ObjectType,
    before: KeptRecord,
    given: Readonly<Record<string, unknown>>,
    writing: Writing,
  ): KeptRecord {
    if (Object.keys(given).length === 0)
      throw invalid('No properties found to update, please provide at least one.', {
        context: { properties: ['{}'] },
      });
    const values = this.#answered(type, this.#forward(before, checkProperties(this.#account, type, given)));
    const trouble = fateOf(writing);
    this.#hold(before.id, writing);
    const { records, index } = this.#account;
    const after = { ...before, values: merged(before.values, values), updatedMs: writing.nowMs };
    this.#holdRules(type, after.values, writing);
    if (trouble === 'lost') return after;
    this.#claim(type, before.id, values);
    records.update(before, after.values, writing.nowMs);
    index.changed(before.id, writing.nowMs);
    return after;
  }

  archive(record: KeptRecord, writing: Writing): void {
    if (fateOf(writing) === 'lost') return;
    this.#hold(record.id, writing);
    this.#account.records.archive(record, writing.nowMs);
    this.#account.index.changed(record.id, writing.nowMs);
  }

  #insert(type: ObjectType, record: KeptRecord, nowMs: number): KeptRecord {
    const { records, index, settings } = this.#account;
    try {
      this.#claim(type, record.id, record.values);
    } catch (error) {
      if (settings.quirks.halfCreated && error instanceof Refusal && error.status === 400) {
        // The refusal takes back what this call did; the half record is what stays.
        throw new HalfCreated(error, type, record, nowMs);
      }
      throw error;
    }
    records.insert(type, record);
    index.changed(record.id, nowMs);
    return record;
  }

  /** Keeps what stands behind a refused create: the record without the values that somebody else has. */
  keepHalf({ type, record, nowMs }: HalfCreated): void {
    const { records, index, catalog } = this.#account;
    const values = Object.fromEntries(
      Object.entries(record.values).filter(([name]) => !catalog.property(type, name)?.hasUniqueValue),
    );
    // The number it was told by was taken back with the call.
    while (Number(records.nextId()) < Number(record.id));
    records.insert(type, { ...record, values });
    index.changed(record.id, nowMs);
  }

  /** Unique values belong to one record. Throws 409 for the e-mail of a contact, 400 for others. */
  #claim(type: ObjectType, id: string, values: GivenValues): void {
    const { records, settings } = this.#account;
    for (const [name, value] of Object.entries(values)) {
      if (!this.isUnique(type, name)) continue;
      const folded = value?.toLowerCase() ?? null;
      const holder = folded === null ? null : records.holder(type, name, folded);
      if (holder !== null && holder !== id) {
        if (isEmail(type, name))
          throw new Refusal(409, {
            message: `Contact already exists. Existing ID: ${holder}`,
            category: 'CONFLICT',
          });
        throw invalid(
          `Cannot set PropertyValueCoordinates{portalId=${settings.hubId}, objectTypeId=ObjectTypeId{legacyObjectType=${type.singular}}, propertyName=${name}, value=${value}} on ${id}. ${holder} already has that value.`,
        );
      }
      records.holdValue(type, name, folded, id);
    }
  }

  isUnique(type: ObjectType, name: string): boolean {
    return isEmail(type, name) || this.#account.catalog.property(type, name)?.hasUniqueValue === true;
  }

  /** A lifecycle stage that lies behind the one it has is passed over without a word. */
  #forward(before: KeptRecord, values: GivenValues): GivenValues {
    const { lifecyclestage, ...others } = values;
    const place = (stage: string | null | undefined) => lifecycleStages.findIndex((one) => one === stage);
    const stands = place(before.values['lifecyclestage']);
    const back = (lifecyclestage ?? null) !== null && place(lifecyclestage) < stands;
    return this.#account.settings.quirks.lifecycleForward && back ? others : values;
  }

  /** What workflows make of a change: who made it is told that it was made. */
  #answered({ name }: ObjectType, values: GivenValues): GivenValues {
    const answers = this.#account.settings.workflows.filter(({ object }) => object === name);
    const kept = new Set(answers.map(({ property }) => property));
    const others = Object.entries(values).filter(([property]) => !kept.has(property));
    const made = answers.flatMap(({ property, becomes }) =>
      becomes === undefined ? [] : [[property, becomes]],
    );
    return Object.fromEntries([...others, ...made]) as GivenValues;
  }

  #holdRules({ name }: ObjectType, values: Values, { withRules }: Writing): void {
    const rules = this.#account.settings.objects.find((object) => object.name === name)?.required ?? [];
    for (const { when, properties } of withRules ? rules : []) {
      if (when !== undefined && values[when.property] !== when.value) continue;
      const missing = properties.filter((property) => values[property] === undefined);
      if (missing.length === 0) continue;
      const code = when === undefined ? 'MISSING_REQUIRED_PROPERTY' : 'MISSING_CONDITIONAL_REQUIRED_PROPERTY';
      throw invalid(`Required properties were not set: ${missing.join(', ')}`, {
        errors: missing.map((property) => ({
          message: `Property "${property}" is required`,
          code,
          context: { propertyName: [property] },
        })),
      });
    }
  }

  /** A call that takes time holds what it writes; another one that comes meanwhile is refused. */
  #hold(id: string, { by, nowMs }: Writing): void {
    const { callMs } = this.#account.settings.latency;
    const held = this.#held.get(id);
    if (held !== undefined && held.by !== by && held.untilMs > nowMs) throw locked();
    if (callMs > 0) this.#held.set(id, { by, untilMs: nowMs + callMs });
    if (this.#held.size > 100_000)
      for (const [one, { untilMs }] of this.#held) if (untilMs <= nowMs) this.#held.delete(one);
  }
}

/** A refusal behind which half a record stays. */
export class HalfCreated extends Refusal {
  readonly type: ObjectType;
  readonly record: KeptRecord;
  readonly nowMs: number;

  constructor({ status, body }: Refusal, type: ObjectType, record: KeptRecord, nowMs: number) {
    super(status, body);
    this.type = type;
    this.record = record;
    this.nowMs = nowMs;
  }
}

const isEmail = ({ name }: ObjectType, property: string): boolean =>
  name === 'contacts' && property === 'email';

function fateOf({ trouble }: Writing): 'none' | 'lost' {
  const fate = trouble();
  if (fate === 'fails') throw invalid('practice: the fault script refuses this record');
  return fate;
}

function merged(before: Values, given: GivenValues): Values {
  const all = { ...before, ...given };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
