import { sha256 } from '../../host/index.ts';

/** One part of a form: a text, or the bytes of a file. */
export interface FormPart {
  readonly name: string;
  /** Null for a plain text. */
  readonly type: string | null;
  readonly content: string | Uint8Array;
}

/** A body of parts (RFC 7578) that is made anew for each attempt: the bytes of a file are not copied. */
export function multipartForm(parts: readonly FormPart[]): {
  readonly contentType: string;
  readonly body: () => AsyncIterable<Uint8Array>;
} {
  // Nothing holds its own digest.
  const boundary = `godwit-${sha256(parts.map(({ content }) => sha256(content)).join())}`;
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: async function* () {
      for (const part of parts) {
        yield text(`--${boundary}\r\n${headOf(part)}\r\n\r\n`);
        yield typeof part.content === 'string' ? text(part.content) : part.content;
        yield text('\r\n');
      }
      yield text(`--${boundary}--\r\n`);
    },
  };
}

/** What a name may hold in the head of a part differs from reader to reader: files are called `file` there. */
function headOf({ name, type, content }: FormPart): string {
  const file = typeof content === 'string' ? '' : '; filename="file"';
  const head = `Content-Disposition: form-data; name="${name}"${file}`;
  return type === null ? head : `${head}\r\nContent-Type: ${type}`;
}
