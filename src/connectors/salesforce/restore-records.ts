import type { Intent, SliceName } from '../write-journal/index.ts';
import { imagedFields, notAsBefore } from './before-image.ts';
import { findByIds } from './find-records.ts';
import { idField } from './inspect.ts';
import { comparedFields } from './prepared-record.ts';
import { jobLog } from './save-in-bulk.ts';
import { stateDigest } from './state-digest.ts';
import type { Left, TakeBackWorld, TakenBack } from './take-back-world.ts';
import { wayBackOf } from './way-back.ts';

/**
 * Gives changed records back what they held, and looks what they hold then: a flow, a trigger or a right may leave or make
 * another value of it while the org says that it took all. Such a record is named with both values; its intent stays, as it is
 * now, so that it is tried again.
 */
export async function restoreRecords(
  world: TakeBackWorld,
  slice: SliceName,
  intents: readonly Intent[],
): Promise<TakenBack> {
  const { journal, saver, object } = world;
  const updateable = new Set(object.fields.filter((field) => field.updateable).map(({ name }) => name));
  const records = intents.map((intent) => {
    const image = Object.entries(wayBackOf(intent).values);
    const fields = Object.fromEntries(image.filter(([name]) => updateable.has(name)));
    return { tag: intent, fields: { ...fields, [idField]: intent.record } };
  });
  const outcomes = await saver.save({ object: object.name, key: null }, records, jobLog(journal, slice));
  const refused = outcomes.flatMap((outcome): readonly Left[] =>
    outcome.kind === 'refused'
      ? [
          {
            intent: outcome.tag,
            reason: `Salesforce does not take its earlier values: ${outcome.refusal.code}`,
          },
        ]
      : [],
  );
  const saved = outcomes.flatMap(({ kind, tag }) => (kind === 'saved' ? tag : []));
  const seen = await lookAgain(world, slice, saved);
  return { count: seen.count, refused: [...refused, ...seen.refused] };
}

async function lookAgain(
  { api, journal, object }: TakeBackWorld,
  slice: SliceName,
  intents: readonly Intent[],
): Promise<TakenBack> {
  const compared = comparedFields(object);
  const ids = intents.flatMap(({ record }) => record ?? []);
  const found = await findByIds(api, object, ids, [...compared, ...imagedFields(object, intents)]);
  const asBefore: Intent[] = [];
  const refused: Left[] = [];
  for (const intent of intents) {
    const record = found.get(intent.record ?? '');
    if (record === undefined) {
      refused.push({ intent, reason: 'somebody deleted it while it was put back' });
      continue;
    }
    const differs = notAsBefore(object, intent, record);
    if (differs.length === 0) asBefore.push(intent);
    else {
      const left = { ...intent, after: stateDigest(journal, compared, record) };
      refused.push({ intent: left, reason: otherwise, differs });
    }
  }
  journal.drop(
    slice,
    asBefore.map(({ mark }) => mark),
  );
  journal.keep(
    slice,
    refused.flatMap(({ intent, differs }) => (differs === undefined ? [] : intent)),
  );
  return { count: asBefore.length, refused };
}

const otherwise = 'Salesforce says that it took its earlier values, and does not hold all of them';
