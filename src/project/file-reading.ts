import { z } from 'zod';

/** What `files` of a folder in `godwit.yaml` may say about how a file is read; what is left out is found in the file. */
export interface FileReading {
  readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252';
  readonly compression?: 'none' | 'gzip' | 'zstd';
  readonly lineEnd?: 'lf' | 'crlf' | 'cr' | 'mixed';
  readonly delimiter?: string;
  /** Null: nothing quotes. */
  readonly quote?: string | null;
  readonly escape?: string;
  readonly header?: boolean;
  readonly skipLines?: number;
  /** Null: the file knows no null. */
  readonly null?: string | null;
  readonly strayQuotes?: 'bad' | 'keep';
  readonly columns?: readonly string[];
  readonly recordBytesMax?: number;
}

const oneOf = <const Words extends readonly string[]>(...words: Words): z.ZodType<Words[number], string> =>
  z.enum(words, { error: words.join(', ') });

const count = z
  .string({ error: 'a whole number' })
  .regex(/^\d{1,12}$/, { error: 'a whole number' })
  .transform(Number);

const characters = z.string({ error: 'a text' });

/** From the keys of the file to the words of the shelf. A key that is set to nothing says nothing, except where nothing is an answer. */
export const fileReading: z.ZodType<FileReading> = z
  .strictObject(
    {
      encoding: oneOf('utf-8', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252').nullish(),
      compression: oneOf('none', 'gzip', 'zstd').nullish(),
      line_end: oneOf('lf', 'crlf', 'cr', 'mixed').nullish(),
      delimiter: characters.nullish(),
      quote: characters.nullish(),
      escape: characters.nullish(),
      header: z.boolean({ error: 'true or false' }).nullish(),
      skip_lines: count.nullish(),
      null: characters.nullish(),
      stray_quotes: oneOf('bad', 'keep').nullish(),
      columns: z.array(characters, { error: 'a list of names' }).nullish(),
      record_bytes_max: count.nullish(),
    },
    {
      error:
        'encoding, compression, line_end, delimiter, quote, escape, header, skip_lines, null, stray_quotes, columns, record_bytes_max',
    },
  )
  .transform(({ line_end, skip_lines, stray_quotes, record_bytes_max, quote, null: nullText, ...rest }) => ({
    ...said({
      ...rest,
      lineEnd: line_end,
      skipLines: skip_lines,
      strayQuotes: stray_quotes,
      recordBytesMax: record_bytes_max,
    }),
    ...(quote === undefined ? {} : { quote }),
    ...(nullText === undefined ? {} : { null: nullText }),
  }));

function said<Given extends object>(given: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> } {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  ) as { [Key in keyof Given]?: NonNullable<Given[Key]> };
}
