import type { FieldType, SqlDialect } from '../../model/index.ts';
import type { Program } from '../program.ts';
import type { SqlText } from './sql-text.ts';

type Impossible = Extract<SqlText, { kind: 'impossible' }>;

/** An object of the mapping as SQL of its source, or why it is computed here: words for people, without a full stop. */
export type PushedTransform =
  | {
      readonly kind: 'pushed';
      /** In the order of the target fields. */
      readonly fields: readonly PushedField[];
      /** The purge rules in their order: a record stays behind by the first whose condition is true. */
      readonly purges: readonly { readonly sql: string; readonly reason: string }[];
    }
  | { readonly kind: 'impossible'; readonly reason: string };

export interface PushedField {
  readonly target: string;
  /** The source field it takes over as it is; null when it is computed. */
  readonly copyOf: string | null;
  /** SQL that gives the value as the target field takes it, and that field's type; null where it can only be copied. */
  readonly computed: (FieldSql & { readonly dialect: SqlDialect['system']; readonly type: FieldType }) | null;
}

/** A computed value; what stands in it more than once is computed once, under a name. */
export interface FieldSql {
  readonly sql: string;
  readonly once: { readonly name: string; readonly sql: string } | null;
}

/** What a field of a mapping says of itself. */
export interface PushableField {
  readonly field: string;
  readonly copyOf: string | null;
  readonly type: FieldType;
  /** `name` is free for what has to be computed once. */
  toSql(dialect: SqlDialect, name: string): ({ readonly kind: 'sql' } & FieldSql) | Impossible;
}

/** Puts the parts of an object together; the first that cannot be written says why. */
export function pushTransform(
  dialect: SqlDialect,
  rules: readonly { readonly program: Pick<Program, 'toSql'>; readonly reason: string }[],
  fields: readonly PushableField[],
): PushedTransform {
  const purges: { sql: string; reason: string }[] = [];
  for (const { program, reason } of rules) {
    const written = program.toSql(dialect);
    if (written.kind === 'impossible') return { ...written, reason: `in a purge rule, ${written.reason}` };
    purges.push({ sql: written.sql, reason });
  }
  const pushed: PushedField[] = [];
  for (const [at, one] of fields.entries()) {
    const written = one.toSql(dialect, `"#computed ${at}"`);
    if (written.kind === 'impossible' && one.copyOf === null)
      return { kind: 'impossible', reason: `in ${one.field}, ${written.reason}` };
    const computed =
      written.kind === 'sql'
        ? { dialect: dialect.system, sql: written.sql, once: written.once, type: one.type }
        : null;
    pushed.push({ target: one.field, copyOf: one.copyOf, computed });
  }
  return { kind: 'pushed', fields: pushed, purges };
}
