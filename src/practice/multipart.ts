/** One part of a body of several. */
export interface FormPart {
  readonly name: string;
  /** Null for a plain field. */
  readonly fileName: string | null;
  readonly type: string;
  readonly content: Buffer;
}

/** Reads a `multipart/form-data` body (RFC 7578); null for what is none. */
export function readMultipart(contentType: string, body: Buffer): readonly FormPart[] | null {
  const boundary = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  if (boundary === null) return null;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2] ?? ''}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const from = at + mark.length;
    if (body.subarray(from, from + 2).toString('latin1') === '--') return parts;
    at = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), from);
    if (at < 0) return null;
    const part = readPart(body.subarray(from + 2, at));
    if (part === null) return null;
    parts.push(part);
    at += 2;
  }
  return null;
}

function readPart(part: Buffer): FormPart | null {
  const end = part.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = part.subarray(0, end).toString('utf8');
  const name = /^content-disposition:.*[;\s]name="([^"]*)"/im.exec(head)?.[1];
  if (name === undefined) return null;
  return {
    name,
    fileName: /^content-disposition:.*[;\s]filename="([^"]*)"/im.exec(head)?.[1] ?? null,
    type: /^content-type:\s*(\S.*)$/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream',
    content: part.subarray(end + 4),
  };
}
