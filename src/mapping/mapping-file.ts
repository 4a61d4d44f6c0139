import { z } from 'zod';

/**
 * What may stand in a mapping file: one place that the reader, the editor's JSON Schema and the reference page are made from.
 * Messages say what is accepted. Numbers only occur for editors: the reader hands every scalar over as its text.
 */
const text = (accepted: string): z.ZodType<string, string | number | boolean> =>
  z
    .union([z.string().min(1, { error: accepted }), z.number(), z.boolean()], { error: accepted })
    .transform(String);

const reason = z
  .union([z.string(), z.null()], { error: 'a reason people understand, as text' })
  .transform((words) => (words ?? '').trim());

const expression = text(
  'an expression of the mapping language; put it in quotes where YAML reads it otherwise',
);
const words = text('a text').nullish();

const value = z
  .union([z.string(), z.number(), z.boolean(), z.null()], { error: 'the new value as text, or null' })
  .transform((to) => (to === null ? null : String(to)));

const longField = z.strictObject(
  {
    from: expression.describe('Expression over the source record that gives the value.'),
    values: z
      .record(z.string(), value, { error: 'old value: new value, one a line' })
      .nullish()
      .describe('Old value -> new value; has to cover every value the data holds. NULL stays NULL.'),
    unmatched: z
      .enum(['error', 'quarantine'], { error: 'error or quarantine' })
      .nullish()
      .describe(
        'A value that `values` does not list: `error` (default) blocks the plan, `quarantine` keeps the record back.',
      ),
    note: words.describe('Why it is done this way.'),
    owner: words.describe('Who decided it and answers for it.'),
  },
  { error: 'from, values, unmatched, note, owner' },
);

const field = z.union([expression, longField], {
  error: 'an expression, or from, values, unmatched, note, owner',
});

const names = z.union([text('a field name'), z.array(text('a field name'))], {
  error: 'one field name or a list of them; [] for none',
});

const format = z
  .union([z.literal(1), z.literal('1')], { error: '1' })
  .nullish()
  .describe('Version of this format.');

export const objectFile: z.ZodType<ObjectFile> = z.strictObject(
  {
    format,
    source: text('the name of a source relation').describe('The source relation the records come from.'),
    target: text('the name of a target relation').describe('The target relation the records go to.'),
    mode: z
      .enum(['empty-only', 'append', 'upsert'], { error: 'empty-only, append or upsert' })
      .nullish()
      .describe(
        '`empty-only` (default) refuses a target relation that holds records; `append` adds; `upsert` changes those with the same key.',
      ),
    key: names.describe('Target fields that name one target record.'),
    create: z
      .boolean({ error: 'true or false' })
      .nullish()
      .describe('Create the target relation when it is not there. Default false.'),
    each: z
      .strictObject(
        {
          name: text('a name').describe('Name under which expressions see the element.'),
          in: expression.describe('Expression that gives a list; null or an empty list gives no record.'),
          ordinal: words.describe("Name under which expressions see the element's place, counted from 1."),
        },
        { error: 'name, in, ordinal' },
      )
      .nullish()
      .describe('One target record for each element of a list.'),
    purge: z
      .array(
        z.strictObject(
          {
            when: expression.describe('Expression that is true for records that stay behind.'),
            reason: reason.describe('Why they stay behind; part of the record.'),
          },
          { error: 'when, reason' },
        ),
        { error: 'a list of when and reason' },
      )
      .nullish()
      .describe('Records that stay behind; the first rule that holds is the one named.'),
    fields: z
      .record(z.string(), field, { error: 'target field: expression, one a line' })
      .nullish()
      .describe('Target field: expression over the source record.'),
    left_behind: z
      .record(z.string(), reason, { error: 'source field: reason, one a line' })
      .nullish()
      .describe('Source fields that are not carried over, each with the reason.'),
    owner: words.describe('Who answers for this object.'),
    note: words.describe('What people should know about this object.'),
  },
  { error: 'format, source, target, mode, key, create, each, purge, fields, left_behind, owner, note' },
);

export interface ObjectFile {
  readonly format?: 1 | '1' | null | undefined;
  readonly source: string;
  readonly target: string;
  readonly mode?: 'empty-only' | 'append' | 'upsert' | null | undefined;
  readonly key: string | readonly string[];
  readonly create?: boolean | null | undefined;
  readonly each?: EachFile | null | undefined;
  readonly purge?: readonly { readonly when: string; readonly reason: string }[] | null | undefined;
  readonly fields?: Readonly<Record<string, string | LongField>> | null | undefined;
  readonly left_behind?: Readonly<Record<string, string>> | null | undefined;
  readonly owner?: string | null | undefined;
  readonly note?: string | null | undefined;
}

export interface EachFile {
  readonly name: string;
  readonly in: string;
  readonly ordinal?: string | null | undefined;
}

export interface LongField {
  readonly from: string;
  readonly values?: Readonly<Record<string, string | null>> | null | undefined;
  readonly unmatched?: 'error' | 'quarantine' | null | undefined;
  readonly note?: string | null | undefined;
  readonly owner?: string | null | undefined;
}

/** The file `left-behind.yaml`: whole relations of the source that nobody moves. */
export const leftBehindFile: z.ZodType<LeftBehindFile> = z.strictObject(
  {
    format,
    relations: z
      .record(z.string(), reason, { error: 'source relation: reason, one a line' })
      .nullish()
      .describe('Source relations that are not carried over at all, each with the reason.'),
  },
  { error: 'format, relations' },
);

export interface LeftBehindFile {
  readonly format?: 1 | '1' | null | undefined;
  readonly relations?: Readonly<Record<string, string>> | null | undefined;
}

/** JSON Schema (draft 7, what editors read) of both kinds of file, made from the same source as the reader. */
export function mappingJsonSchema(): Readonly<Record<string, unknown>> {
  const options = { io: 'input', target: 'draft-7' } as const;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'godwit mapping file',
    if: { type: 'object', required: ['relations'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: withoutDialect(z.toJSONSchema(leftBehindFile, options)),
    else: withoutDialect(z.toJSONSchema(objectFile, options)),
  };
}

function withoutDialect(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = schema;
  return rest;
}
