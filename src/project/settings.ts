import { z } from 'zod';
import { sshPublicKey } from '../host/index.ts';
import type { KeyWindow, Responsibility, RiskClass } from '../model/index.ts';
import { type DrillSettings, drillsForm } from './drill-settings.ts';
import { type FileReading, fileReading } from './file-reading.ts';
import { type HubspotSettings, hubspotForm } from './hubspot-settings.ts';
import { type ProtectionSettings, protectedSource, protectedTarget } from './protection-settings.ts';
import { type SalesforceSettings, salesforceForm } from './salesforce-settings.ts';
import { instant, text, whole } from './setting-values.ts';
import { type StopRuleSettings, stopRulesForm } from './stop-rule-settings.ts';

/**
 * What may stand in `godwit.yaml`. Every scalar arrives as its text (`port: 5432` is `'5432'`), so that nothing YAML guesses
 * gets in; this schema gives the settled form, without holes and with units in the names. Secrets are never in the file: the
 * file names the environment variable that holds them.
 */
const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: 'the name of an environment variable, for example GODWIT_TARGET_PASSWORD',
});

const sqlite = z.strictObject(
  { kind: z.literal('sqlite'), path: text('the path of an SQLite file') },
  { error: 'kind, path' },
);

const postgresPlace = {
  kind: z.literal('postgres'),
  host: text('a host name or address'),
  port: whole('a port from 1 to 65535', 1, 65_535).default(5432),
  database: text('the name of a database'),
  schema: text('the name of a schema').default('public'),
  user: text('the name of a role'),
  password_env: environmentName.nullish().default(null),
  tls: z
    .union([z.enum(['verify', 'off']), z.strictObject({ ca: text('the path of a certificate file') })], {
      error: 'verify (default), off, or ca: path of a certificate file',
    })
    .default('verify'),
};

/** Where godwit keeps things of its own. */
const ownPostgres = z.strictObject(postgresPlace, {
  error: 'kind, host, port, database, schema, user, password_env, tls',
});

const postgres = z.strictObject(
  {
    ...postgresPlace,
    checkpoints: z
      .enum(['in-target', 'beside'], { error: 'in-target (default) or beside' })
      .default('in-target'),
  },
  { error: 'kind, host, port, database, schema, user, password_env, tls, checkpoints' },
);

const mysql = z.strictObject(
  {
    kind: z.literal('mysql'),
    host: text('a host name or address'),
    port: whole('a port from 1 to 65535', 1, 65_535).default(3306),
    database: text('the name of a database'),
    user: text('the name of a user'),
    password_env: environmentName.nullish().default(null),
    tls: z
      .union([z.enum(['verify', 'off']), z.strictObject({ ca: text('the path of a certificate file') })], {
        error: 'verify (default), off, or ca: path of a certificate file',
      })
      .default('verify'),
    dates: z.enum(['checked', 'text'], { error: 'checked (default) or text' }).default('checked'),
  },
  { error: 'kind, host, port, database, user, password_env, tls, dates' },
);

const files = z.strictObject(
  {
    kind: z.enum(['csv', 'jsonl']),
    folder: text('the path of a folder'),
    files: z.record(z.string(), fileReading).nullish().default(null),
  },
  { error: 'kind, folder, files' },
);

const system = z.discriminatedUnion(
  'kind',
  [sqlite, postgres, mysql, files, salesforceForm(environmentName), hubspotForm(environmentName)],
  {
    error: 'a system with kind: sqlite, postgres, mysql, csv, jsonl, salesforce or hubspot',
  },
);

/** A target that makes no sandbox beside itself is rehearsed in another system of its kind. */
const systems = z
  .strictObject(
    { source: system, target: system, sandbox: system.nullish().default(null) },
    { error: 'source, target, sandbox' },
  )
  .refine(({ target, sandbox }) => sandbox === null || sandbox.kind === target.kind, {
    error: 'a sandbox of the same kind as the target',
    path: ['sandbox'],
  })
  .refine(({ sandbox }) => sandbox === null || ['salesforce', 'hubspot'].includes(sandbox.kind), {
    error: 'a sandbox for targets with kind: salesforce or hubspot; any other makes its own',
    path: ['sandbox'],
  });

/** Where the ledger is: in `.godwit/ledger`, or in a database that several machines write to. */
const ledgerPlace = z.discriminatedUnion(
  'kind',
  [z.strictObject({ kind: z.literal('files') }, { error: 'kind' }), ownPostgres],
  { error: 'kind: files (default), or postgres with host, database, user' },
);

/** Where the journal of the live systems is: in `.godwit/`, or in a database that several machines work from. */
const journalPlace = z.discriminatedUnion(
  'kind',
  [z.strictObject({ kind: z.literal('files') }, { error: 'kind' }), ownPostgres],
  { error: 'kind: files (default), or postgres with host, database, user' },
);

/** A key of OpenSSH, as its .pub file has it, is settled into the one text every key has. */
const publicKey = (accepted: string): z.ZodType<string, string> =>
  text(accepted).transform((line) => sshPublicKey(line) ?? line);

const roles = ['author', 'approver', 'owner', 'operator'] as const;

const keyWithTime = z
  .strictObject(
    {
      key: publicKey('a public key as `godwit keys new` or `ssh-keygen` prints it'),
      from: instant.nullish().default(null),
      until: instant.nullish().default(null),
    },
    { error: 'a public key, or key, from, until' },
  )
  .transform(({ key, from, until }) => ({ key, notBefore: from, notAfter: until }));

const revokedKey = z
  .strictObject(
    { key: publicKey('a public key that was lost or stolen'), at: instant },
    { error: 'a public key, or key and at' },
  )
  .transform(({ key, at }) => ({ key, notBefore: null, notAfter: at }));

const person = z
  .strictObject(
    {
      name: text('the name of a person'),
      roles: z.array(z.enum(roles, { error: roles.join(', ') }), { error: `a list of ${roles.join(', ')}` }),
      keys: z
        .array(
          z.union([publicKey('a public key as `godwit keys new` or `ssh-keygen` prints it'), keyWithTime], {
            error: 'a public key, or key, from, until',
          }),
          { error: 'a list of public keys' },
        )
        .default([]),
      revoked: z
        .array(
          z.union([publicKey('a public key that was lost or stolen'), revokedKey], {
            error: 'a public key, or key and at',
          }),
          { error: 'a list of public keys' },
        )
        .default([]),
    },
    { error: 'name, roles, keys, revoked' },
  )
  .transform(({ name, roles, keys, revoked }): PersonSettings => {
    const times = [...keys, ...revoked].filter((one) => typeof one !== 'string');
    return {
      name,
      roles,
      // A key that was revoked at an instant is one that counted until then.
      keys: [
        ...new Set(
          [...keys, ...times.map(({ key }) => key)].map((one) => (typeof one === 'string' ? one : one.key)),
        ),
      ],
      revoked: revoked.filter((one) => typeof one === 'string'),
      ...(times.length === 0 ? {} : { windows: times }),
    };
  });

const names = z.array(text('the name of a person'), { error: 'a list of names' });

const responsibility = z.strictObject(
  {
    accountable: text('the name of the one person who answers'),
    responsible: names.default([]),
    consulted: names.default([]),
    informed: names.default([]),
  },
  { error: 'accountable, responsible, consulted, informed' },
);

const peopleNeeded = whole('a number from 1 to 20', 1, 20);

const ruleForRisk = z
  .strictObject({ role: z.enum(roles), people: peopleNeeded.default(1) }, { error: 'role, people' })
  .nullish()
  .default(null);

const breakGlass = z
  .strictObject(
    {
      role: z.enum(roles, { error: roles.join(', ') }).default('owner'),
      review_hours: whole('a number of hours from 1 to 8760', 1, 8760).default(72),
    },
    { error: 'role, review_hours' },
  )
  .nullish()
  .default(null);

export const settingsFile: z.ZodType<Settings> = z.strictObject(
  {
    format: z.literal('1', { error: '1' }),
    project: text('a name for this migration').describe('Name of this migration, for ledgers and reports.'),
    systems,
    people: z.array(person, { error: 'a list of name, roles, keys' }).default([]),
    approvals: z
      .strictObject(
        {
          role: z.enum(roles).default('approver'),
          people: peopleNeeded.default(1),
          for_risk: z
            .strictObject(
              { irreversible: ruleForRisk, overwriting: ruleForRisk, losing: ruleForRisk },
              { error: 'irreversible, overwriting, losing' },
            )
            .prefault({}),
          break_glass: breakGlass,
        },
        { error: 'role, people, for_risk, break_glass' },
      )
      .prefault({}),
    run: z
      .strictObject(
        {
          rows_per_slice: whole('a number from 1 to 10000000', 1, 10_000_000).default(5_000),
          slices_at_once: whole('a number from 1 to 64', 1, 64).default(2),
          valid_days: whole('a number from 1 to 365', 1, 365).default(14),
        },
        { error: 'rows_per_slice, slices_at_once, valid_days' },
      )
      .prefault({}),
    stop_rules: stopRulesForm.prefault({}),
    ledger: ledgerPlace.prefault({ kind: 'files' }),
    journal: journalPlace.prefault({ kind: 'files' }),
    protection: z
      .strictObject(
        {
          passphrase_env: environmentName.default('GODWIT_PASSPHRASE'),
          source: protectedSource.prefault({}),
          target: protectedTarget.prefault({}),
        },
        { error: 'passphrase_env, source, target' },
      )
      .prefault({}),
    responsibility: responsibility.nullish().default(null),
    downtime: z
      .strictObject(
        { allowed_minutes: whole('a whole number of minutes', 0, 10_000_000).nullish().default(null) },
        { error: 'allowed_minutes' },
      )
      .prefault({}),
    environment: z
      .enum(['production', 'practice'], { error: 'production or practice' })
      .nullish()
      .default(null),
    drills: drillsForm<SystemSettings>(system).prefault({}),
  },
  {
    error:
      'format, project, systems, people, approvals, run, stop_rules, protection, responsibility, downtime, environment, drills',
  },
);

export interface Settings {
  readonly format: '1';
  readonly project: string;
  readonly systems: {
    readonly source: SystemSettings;
    readonly target: SystemSettings;
    /** Where a target that makes no sandbox is rehearsed; null where none is named, or needed. */
    readonly sandbox: SystemSettings | null;
  };
  readonly people: readonly PersonSettings[];
  readonly approvals: {
    readonly role: Role;
    readonly people: number;
    readonly for_risk: Readonly<Record<RiskClass, { readonly role: Role; readonly people: number } | null>>;
    /** Null: nobody may run what was not approved. */
    readonly break_glass: { readonly role: Role; readonly review_hours: number } | null;
  };
  readonly run: {
    readonly rows_per_slice: number;
    readonly slices_at_once: number;
    readonly valid_days: number;
  };
  readonly stop_rules: StopRuleSettings;
  readonly ledger: { readonly kind: 'files' } | OwnPostgresSettings;
  readonly journal: { readonly kind: 'files' } | OwnPostgresSettings;
  readonly protection: { readonly passphrase_env: string } & ProtectionSettings;
  /** Null: as `environmentOf` takes it from where the target is. */
  readonly environment: 'production' | 'practice' | null;
  readonly drills: DrillSettings<SystemSettings>;
  readonly responsibility: Responsibility | null;
  readonly downtime: { readonly allowed_minutes: number | null };
}

export type SystemSettings =
  | SqliteSettings
  | PostgresSettings
  | MysqlSettings
  | FilesSettings
  | SalesforceSettings
  | HubspotSettings;

interface SqliteSettings {
  readonly kind: 'sqlite';
  readonly path: string;
}

interface PostgresSettings extends OwnPostgresSettings {
  /** Where checkpoints and what going back needs are: in its schema `godwit`, or in a file of the project. */
  readonly checkpoints: 'in-target' | 'beside';
}

interface OwnPostgresSettings {
  readonly kind: 'postgres';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly schema: string;
  readonly user: string;
  readonly password_env: string | null;
  readonly tls: 'verify' | 'off' | { readonly ca: string };
}

interface MysqlSettings {
  readonly kind: 'mysql';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password_env: string | null;
  readonly tls: 'verify' | 'off' | { readonly ca: string };
  /** Whether dates and times are those, or the texts the server spells them with. */
  readonly dates: 'checked' | 'text';
}

interface FilesSettings {
  readonly kind: 'csv' | 'jsonl';
  readonly folder: string;
  readonly files: Readonly<Record<string, FileReading>> | null;
}

export interface PersonSettings {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly keys: readonly string[];
  /** Keys that were lost or stolen: nothing they ever signed counts any more. */
  readonly revoked: readonly string[];
  /** When single keys count, as `KeyWindow`. */
  readonly windows?: readonly KeyWindow[];
}

export type Role = 'author' | 'approver' | 'owner' | 'operator';
