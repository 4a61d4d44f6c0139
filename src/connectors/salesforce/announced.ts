import type { Intent } from '../write-journal/index.ts';
import { decodeValue } from './decode-value.ts';
import type { DescribedField } from './described.ts';
import type { Json } from './exact-json.ts';
import type { FileContent } from './file-content.ts';
import { memberOf } from './org-api.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { ownKeyName } from './vendor-key.ts';
import { type WayBack, writeWayBack } from './way-back.ts';

/** Fields that tell who created a record, and who changed it last. */
export const creator = 'CreatedById';
export const writer = 'LastModifiedById';

/** Last it was written by us. Whom we met in it is ourselves where the same user created it: the call was carried out twice. */
export function kindOf({ kind }: Intent, record: Json): Intent['kind'] {
  if (kind !== 'met') return kind;
  const by = memberOf(record, creator);
  return by !== null && by === memberOf(record, writer) ? 'added' : kind;
}

export function intentOf(
  { mark, sent }: PreparedRecord,
  kind: Intent['kind'],
  record: string | null,
  back: string,
): Intent {
  return { mark, kind, sent, record, back, after: null };
}

export const wayBack = ({ fields, file }: PreparedRecord, values: WayBack['values']): string =>
  writeWayBack({
    values,
    fields: [...Object.keys(fields), ...(file === null ? [] : [file.field])].filter(
      (name) => name !== ownKeyName,
    ),
  });

export const base64Of = ({ bytes }: FileContent): string => Buffer.from(bytes).toString('base64');

/** What the written fields held. */
export const imageOf = ({ fields }: PreparedRecord, record: Json): WayBack['values'] =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, memberOf(record, name)]));

/** Whether both hold the same in this field, however it is written: moments are shown in another spelling than they are sent. */
export const holdsSame = (field: DescribedField, one: Json, other: Json): boolean =>
  decodeValue(field, memberOf(one, field.name)) === decodeValue(field, memberOf(other, field.name));
