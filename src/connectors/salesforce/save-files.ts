import { multipartForm, textOf } from '../http/index.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { type Json, parseExactly, writeExactly } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import type { FileContent } from './file-content.ts';
import { findByKeys } from './find-records.ts';
import { memberOf, type OrgApi } from './org-api.ts';
import { refusalOf } from './record-refusal.ts';
import type { SaveOutcome, Sent } from './save-outcome.ts';
import type { SaveRecords } from './save-records.ts';

/** A smaller file goes with others in one call, in base 64; from so many bytes on each goes alone, as it is. */
export const aloneFrom: number = 64 * 1024;

export interface SentFile<Tag> extends Sent<Tag> {
  readonly file: FileContent;
}

export interface FilesWorld {
  readonly api: OrgApi;
  readonly saver: SaveRecords;
  readonly object: DescribedObject;
  /** By which the org itself keeps a record from being created twice. */
  readonly key: DescribedField;
}

/**
 * Creates records with large contents, a call for each, one after the other. A call whose answer was lost goes again: where it was
 * carried out, the org refuses the second one for its key, and the record is found by that.
 */
export async function saveFiles<Tag>(
  world: FilesWorld,
  files: readonly SentFile<Tag>[],
): Promise<readonly SaveOutcome<Tag>[]> {
  const outcomes: SaveOutcome<Tag>[] = [];
  await world.saver.inRounds(world.object.name, files, async (waiting) => {
    const locked: SentFile<Tag>[] = [];
    for (const file of waiting) {
      const outcome = await saveFile(world, file);
      if (outcome.kind === 'refused' && outcome.refusal.passing) locked.push(file);
      else outcomes.push(outcome);
    }
    return locked;
  });
  return outcomes;
}

async function saveFile<Tag>(
  { api, object, key }: FilesWorld,
  { tag, fields, file }: SentFile<Tag>,
): Promise<SaveOutcome<Tag>> {
  const label = `upload ${object.name}`;
  const { contentType, body } = multipartForm([
    { name: 'entity_content', type: 'application/json', content: writeExactly(fields) },
    { name: file.field, type: 'application/octet-stream', content: file.bytes },
  ]);
  const path = `sobjects/${object.name}`;
  const put = await api.put({ method: 'POST', path, label, content: { type: contentType, body } });
  if (put.kind === 'answered') {
    const id = memberOf(parseExactly(textOf(put.answer)), 'id');
    if (typeof id !== 'string') throw answerUnreadable(label, 'it names no record');
    return { kind: 'saved', tag, id, created: true, repeated: put.attempts > 1 };
  }
  const there =
    put.code === 'DUPLICATE_VALUE' ? await idByKey(api, object, key, fields[key.name] ?? null) : null;
  if (there !== null) return { kind: 'saved', tag, id: there, created: false, repeated: false };
  const errors = Array.isArray(put.told) ? (put.told as readonly Json[]) : [put.told];
  return { kind: 'refused', tag, refusal: refusalOf(errors), repeated: false };
}

async function idByKey(
  api: OrgApi,
  object: DescribedObject,
  key: DescribedField,
  value: Json,
): Promise<string | null> {
  if (typeof value !== 'string') return null;
  const found = await findByKeys(api, object, [key], [[value]], []);
  const [there] = [...found.values()].flat();
  return there?.id ?? null;
}
