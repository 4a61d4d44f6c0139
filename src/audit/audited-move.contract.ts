import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { PostgresAccess } from '../../tests/servers/index.ts';
import {
  type OpenContext,
  type OpenSystem,
  postgres,
  type SliceWrite,
  sqlite,
  type WriteRecord,
} from '../connectors/index.ts';
import { compileTransform, type Environment, loadGrammar, type Transform } from '../expressions/index.ts';
import { SqliteFile, sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import {
  type FieldType,
  findRelation,
  type ObjectMapping,
  type RecordBatch,
  type RecordKey,
  type Relation,
  recordKey,
  type Schema,
  Secret,
  textUnlimited,
} from '../model/index.ts';
import { auditRelation, type RelationAudit } from './audit-relation.ts';
import type { AuditOptions, IdSource } from './audited-relation.ts';
import { FollowedReferences, type RelationCheck } from './followed-references.ts';

/**
 * A move between two real systems, made by the shelves alone, so that the audit can be tried on what databases really hold:
 * `move` carries the records over, `damage` is plain SQL on the target past everything that is tested.
 */
export interface MoveSetup {
  /** Statements for the SQLite source. */
  readonly source: string;
  /** Statements for the target. */
  readonly target: string;
  readonly objects: readonly ObjectMapping[];
  /** Fields that a second pass sets, by object. */
  readonly deferred?: Readonly<Record<string, readonly string[]>>;
}

const whole = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;
const seal = sealFromKey(new Uint8Array(32).fill(7));

export class AuditedMove implements AsyncDisposable {
  /** Source keys the quarantine holds, by object: what the target refused, and what a test adds. */
  readonly quarantined: Map<string, Set<RecordKey>> = new Map();
  readonly #setup: MoveSetup;
  readonly #folder: string;
  readonly #source: OpenSystem;
  readonly #target: OpenSystem;
  readonly #plain: PlainTarget;
  readonly #schemas: { readonly source: Schema; readonly target: Schema };

  private constructor(
    setup: MoveSetup,
    folder: string,
    systems: { source: OpenSystem; target: OpenSystem; plain: PlainTarget },
    schemas: { source: Schema; target: Schema },
  ) {
    this.#setup = setup;
    this.#folder = folder;
    this.#source = systems.source;
    this.#target = systems.target;
    this.#plain = systems.plain;
    this.#schemas = schemas;
  }

  /** @param server where the target gets a schema of its own; null for a file beside the source */
  static async make(setup: MoveSetup, server: ServerPlace | null): Promise<AuditedMove> {
    await loadGrammar();
    const folder = await mkdtemp(join(tmpdir(), 'godwit-audit-'));
    const path = join(folder, 'source.sqlite');
    plainSqlite(path, setup.source);
    const source = await sqlite.open({ path }, contextOf('source'));
    const plain =
      server === null ? new PlainFile(join(folder, 'target.sqlite')) : await PlainDatabase.make(server);
    await plain.run(setup.target);
    const target = await plain.open();
    await target.writes?.prepare('run');
    const schemas = { source: await source.inspects.inspect(), target: await target.inspects.inspect() };
    return new AuditedMove(setup, folder, { source, target, plain }, schemas);
  }

  /** Plain SQL on the target. */
  async damage(sql: string): Promise<void> {
    await this.#plain.run(sql);
  }

  changeSource(sql: string): void {
    plainSqlite(join(this.#folder, 'source.sqlite'), sql);
  }

  /** Carries all objects over, in order, then the fields of the second pass. Refused records go into quarantine. */
  async move(): Promise<void> {
    for (const object of this.#setup.objects)
      await this.#write(object, 'copy', this.#compile(object, { except: this.#deferredOf(object) }));
    for (const object of this.#setup.objects) {
      const fields = this.#deferredOf(object);
      if (fields.length > 0)
        await this.#write(object, 'link', this.#compile(object, { only: [...object.key, ...fields] }));
    }
  }

  async audit(target: string, options: AuditOptions = {}, othersAllowed = false): Promise<RelationAudit> {
    const relation = relationOf(this.#schemas.target, target);
    const objects = this.#setup.objects.filter((object) => object.target === target);
    await using sourceSnapshot = await this.#source.reads.snapshot();
    await using snapshot = await this.#target.reads.snapshot();
    return await auditRelation(
      {
        relation,
        snapshot,
        key: objects[0]?.key ?? [],
        othersAllowed,
        objects: objects.map((object) => ({
          name: object.name,
          transform: this.#compile(object),
          upserts: object.mode === 'upsert',
          withoutLinks:
            this.#deferredOf(object).length > 0
              ? this.#compile(object, { except: this.#deferredOf(object) })
              : null,
          source: relationOf(this.#schemas.source, object.source),
          snapshot: sourceSnapshot,
          isQuarantined: (key) => this.quarantined.get(object.name)?.has(key) ?? false,
        })),
      },
      this.#ids,
      options,
    );
  }

  async references(...relations: readonly string[]): Promise<readonly RelationCheck[]> {
    await using snapshot = await this.#target.reads.snapshot();
    const checks: RelationCheck[] = [];
    for (const name of relations) {
      const relation = relationOf(this.#schemas.target, name);
      const followed = await FollowedReferences.begin(this.#schemas.target, snapshot, relation);
      const onTarget = async (batch: RecordBatch): Promise<void> => await followed.read(batch);
      await this.audit(name, { onTarget });
      checks.push(...(await followed.checks()));
    }
    return checks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
    await this.#target[Symbol.asyncDispose]();
    await this.#plain.close();
    await rm(this.#folder, { recursive: true });
  }

  get #ids(): IdSource {
    return {
      resolve: async (object, keys) => (await this.#target.writes?.resolve('run', object, keys)) ?? new Map(),
      mask: (text) => seal.blind(text),
    };
  }

  #deferredOf(object: ObjectMapping): readonly string[] {
    return this.#setup.deferred?.[object.name] ?? [];
  }

  #compile(object: ObjectMapping, options: Parameters<typeof compileTransform>[4] = {}): Transform {
    const { source, target } = this.#schemas;
    const lookups = new Map(
      this.#setup.objects.map((one) => {
        const from = relationOf(source, one.source);
        const to = relationOf(target, one.target);
        const typeIn = (relation: Relation, name: string): FieldType =>
          relation.fields.find((field) => field.name === name)?.type ?? textUnlimited;
        const key = from.identity.map((name) => typeIn(from, name));
        return [one.name, { key, id: typeIn(to, one.key[0] ?? '') }];
      }),
    );
    return compileTransform(
      object,
      relationOf(source, object.source),
      relationOf(target, object.target),
      lookups,
      options,
    );
  }

  async #write(object: ObjectMapping, step: 'copy' | 'link', transform: Transform): Promise<void> {
    const refuse = (key: RecordKey): unknown =>
      this.quarantined.set(object.name, (this.quarantined.get(object.name) ?? new Set()).add(key));
    const write: SliceWrite = {
      run: 'run',
      step: `${step} ${object.name}`,
      slice: 0,
      object: object.name,
      relation: relationOf(this.#schemas.target, object.target),
      mode: step === 'link' ? 'update' : object.mode === 'upsert' ? 'upsert' : 'insert',
      fields: transform.targetFields,
      key: object.key,
      captureIds: step === 'copy',
      batches: this.#records(object, transform, refuse),
      beforeCommit: async (refused) => {
        for (const { sourceKey } of refused) refuse(sourceKey);
        return { rowsRead: 0, rowsWritten: 0, rowsQuarantined: 0, rowsPurged: 0 };
      },
    };
    await this.#target.writes?.writeSlice(write);
  }

  async *#records(
    object: ObjectMapping,
    transform: Transform,
    refuse: (key: RecordKey) => unknown,
  ): AsyncGenerator<readonly WriteRecord[]> {
    const source = relationOf(this.#schemas.source, object.source);
    await using snapshot = await this.#source.reads.snapshot();
    for await (const batch of snapshot.read(source, whole)) {
      const environment = await this.#environment(transform, batch.rows);
      const identity = source.identity.map((name) => batch.fields.indexOf(name));
      const records: WriteRecord[] = [];
      for (const row of batch.rows) {
        const sourceKey = recordKey(identity.map((place) => row[place] ?? null));
        const outcome = transform.apply(row, environment);
        if (outcome.kind === 'rejected') refuse(sourceKey);
        if (outcome.kind === 'records')
          records.push(...outcome.rows.map((target) => ({ sourceKey, row: target })));
      }
      yield records;
    }
  }

  async #environment(transform: Transform, rows: readonly WriteRecord['row'][]): Promise<Environment> {
    const answers = new Map<string, Awaited<ReturnType<IdSource['resolve']>>>();
    for (const { object } of transform.lookups) {
      const uses = transform.lookups.filter((use) => use.object === object);
      const keys = new Set(uses.flatMap((use) => rows.flatMap((row) => use.keys(row))));
      answers.set(object, await this.#ids.resolve(object, [...keys]));
    }
    return {
      lookup: (object, key) => answers.get(object)?.get(key)?.[0],
      mask: (text) => this.#ids.mask(text),
    };
  }
}

function relationOf(schema: Schema, name: string): Relation {
  const found = findRelation(schema, name);
  if (!found) throw new Error(`no relation ${name}`);
  return found;
}

function contextOf(role: OpenContext['role']): OpenContext {
  const signal = new AbortController().signal;
  return { name: role, role, clock: systemClock, random: systemRandom, log: silentLog, seal, signal };
}

function plainSqlite(path: string, sql: string): void {
  using file = new SqliteFile(path);
  file.run(sql);
}

/** The target as its driver alone shows it. */
interface PlainTarget {
  run(sql: string): Promise<void>;
  open(): Promise<OpenSystem>;
  close(): Promise<void>;
}

class PlainFile implements PlainTarget {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async run(sql: string): Promise<void> {
    plainSqlite(this.#path, sql);
  }

  async open(): Promise<OpenSystem> {
    return sqlite.open({ path: this.#path }, contextOf('target'));
  }

  async close(): Promise<void> {}
}

interface ServerPlace {
  readonly access: PostgresAccess;
  readonly database: string;
}

class PlainDatabase implements PlainTarget {
  readonly #client: Client;
  readonly #place: ServerPlace;
  readonly #schema: string;

  private constructor(place: ServerPlace, schema: string, client: Client) {
    this.#place = place;
    this.#schema = schema;
    this.#client = client;
  }

  static async make(place: ServerPlace): Promise<PlainDatabase> {
    const { host, port, user, password } = place.access;
    const client = new Client({ host, port, user, password, database: place.database });
    await client.connect();
    const schema = `audit_${systemRandom.uuid().replaceAll('-', '')}`;
    await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
    return new PlainDatabase(place, schema, client);
  }

  async run(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  async open(): Promise<OpenSystem> {
    const { host, port, user, password } = this.#place.access;
    const { database } = this.#place;
    const address = { host, port, user, database, schema: this.#schema, tls: 'off' as const };
    return postgres.open({ ...address, password: new Secret(password) }, contextOf('target'));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
