import { type FieldType, integer64, type Row, textUnlimited } from '../../model/index.ts';
import { idIn, type Json, memberOf, textIn, textOr } from './answer-parts.ts';
import { answerUnreadable } from './faults.ts';

/** The relation of the account's files. */
export const filesName = 'files' as const;

interface FileField {
  readonly name: string;
  readonly type: FieldType;
  /** False for what the account fills. */
  readonly written: boolean;
  readonly comment: string | null;
}

const field = (name: string, type: FieldType, written: boolean, comment: string | null): FileField => ({
  name,
  type,
  written,
  comment,
});

export const fileFields: readonly FileField[] = [
  field('id', integer64, false, null),
  field('path', textUnlimited, true, 'folder and name: /offers/7/offer.pdf'),
  field('content', { kind: 'bytes', bytesMax: null }, true, null),
  field('size', integer64, false, 'in bytes'),
  field('access', textUnlimited, false, 'who may open it; what is written is PRIVATE'),
];

/** A file without its content, as the account tells of it. */
export interface FileThere {
  readonly id: string;
  /** With a slash in front. */
  readonly path: string;
  readonly size: number;
  /** Of its content, in hexadecimal digits; the empty text where the account tells none. */
  readonly md5: string;
  readonly access: string;
}

/** Throws `hubspot.answer-unreadable`. */
export function readFile(told: Json): FileThere {
  const [size, path] = [memberOf(told, 'size'), textIn(told, 'path')];
  if (typeof size !== 'number' || !Number.isSafeInteger(size))
    throw answerUnreadable('file', 'it has no size');
  return {
    id: idIn(told, 'id'),
    path: path.startsWith('/') ? path : `/${path}`,
    size,
    md5: textOr(told, 'fileMd5').toLowerCase(),
    access: textOr(told, 'access'),
  };
}

/** What was announced of a file: by it its content is known again without being kept. */
export type FilePayload = Pick<FileThere, 'path' | 'md5' | 'size'>;

/** By which a file is seen to be as it was left. */
export const fileText = ({ path, md5, size }: FilePayload): string => JSON.stringify([path, md5, size]);

/** In the order of `fileFields`. */
export const fileRow = ({ id, path, size, access }: FileThere, content: Uint8Array | null): Row => [
  id,
  path,
  content,
  String(size),
  access,
];
