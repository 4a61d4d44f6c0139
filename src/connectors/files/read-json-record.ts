import { bytesOfHex, type FieldType, floatText, type Value } from '../../model/index.ts';
import { decodeFieldsOf } from './decode-fields.ts';
import type { Dialect } from './dialect.ts';
import { decimalText, isInteger64 } from './number-text.ts';
import type { RecordCursor } from './record-cursor.ts';
import { problemOf, type RecordProblem } from './record-problem.ts';
import { type JsonMember, tokenizeJsonObject } from './tokenize-json.ts';

/** The members of the cursor's record, or why it is none. */
export function readJsonMembersWith(
  dialect: Pick<Dialect, 'encoding'>,
): (cursor: RecordCursor) => readonly JsonMember[] | RecordProblem {
  const decode = decodeFieldsOf(dialect.encoding);
  return (cursor) => {
    if (cursor.oversize !== null) return problemOf(cursor);
    const [text] = decode(cursor.bytes, cursor.shape) ?? [];
    if (text === undefined) {
      return { code: 'files.invalid-encoding', message: `holds bytes that are not ${dialect.encoding}` };
    }
    return tokenizeJsonObject(text);
  };
}

/** The values of the cursor's record in the order of the fields, or why it is none. */
export function readJsonRecordWith(
  dialect: Pick<Dialect, 'encoding'>,
  fields: readonly { readonly name: string; readonly type: FieldType }[],
): (cursor: RecordCursor) => Value[] | RecordProblem {
  const members = readJsonMembersWith(dialect);
  const places = new Map(fields.map(({ name }, at) => [name, at]));
  return (cursor) => {
    const found = members(cursor);
    if (!isMembers(found)) return found;
    const row: Value[] = Array.from({ length: fields.length }, () => null);
    for (const member of found) {
      const place = places.get(member.key);
      const field = place === undefined ? undefined : fields[place];
      if (place === undefined || field === undefined) {
        return {
          code: 'files.unknown-field',
          message: `has the key ${JSON.stringify(member.key)}, which is no field of its relation`,
        };
      }
      const value = valueOf(field.type, member);
      if (value === undefined) return wrongType(field.name, member);
      row[place] = value;
    }
    return row;
  };
}

export function isMembers(found: readonly JsonMember[] | RecordProblem): found is readonly JsonMember[] {
  return Array.isArray(found);
}

function wrongType(field: string, member: JsonMember): RecordProblem {
  return {
    code: 'files.wrong-type',
    message: `has a ${member.kind} where its relation has something else`,
    field,
  };
}

/** The canonical value; undefined when the type cannot hold it. */
function valueOf(type: FieldType, { kind, text }: JsonMember): Value | undefined {
  if (kind === 'null') return null;
  switch (type.kind) {
    case 'boolean':
      return kind === 'boolean' ? text === 'true' : undefined;
    case 'integer':
      return kind === 'number' && isInteger64(text) ? String(BigInt(text)) : undefined;
    case 'decimal':
      return kind === 'number'
        ? (decimalText(text) ?? undefined)
        : kind === 'string' && isSpecial(text)
          ? text
          : undefined;
    case 'float':
      return kind === 'number'
        ? floatText(Number(text))
        : kind === 'string' && isSpecial(text)
          ? text
          : undefined;
    case 'bytes':
      return kind === 'string' ? bytesOf(text) : undefined;
    case 'json':
    case 'any':
    case 'list':
      return kind === 'string' ? JSON.stringify(text) : text;
    case 'text':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'interval':
    case 'uuid':
    case 'enum':
    case 'native':
      return kind === 'string' ? text : undefined;
  }
}

function isSpecial(text: string): boolean {
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity' || text === '-0';
}

function bytesOf(text: string): Uint8Array | undefined {
  return /^\\x(?:[0-9a-f]{2})*$/.test(text) ? bytesOfHex(text.slice(2)) : undefined;
}
