import type { RunbookObject } from '../../model/index.ts';
import {
  asked,
  began,
  ended,
  findObject,
  objectOf,
  type StepKind,
  takenBack,
  wholeRun,
} from './step-kind.ts';

/** Brings the records of one object over, in slices that are in the target whole, once, or not there. */
export const copy: StepKind<'copy'> = {
  describe: (action, _id, plan) => {
    const object = objectOf(plan, action.object);
    return {
      title: `Copy ${object.object}: ${object.source} -> ${object.target}`,
      shows: [
        `${object.rowsSource} records of ${object.source} in ${plan.source}`,
        `${writes[object.mode]} ${object.target} in ${plan.target}, which holds ${object.rowsTargetBefore} now`,
        `transformed by the rules of ${object.object} below objects: ${object.mappingDigest}`,
        'read by statements that are made when the step begins, from those same rules',
        ...action.deferred.map((field) =>
          action.linked
            ? `${field} comes at once: the foreign key is added later`
            : `${field} stays empty until the second pass`,
        ),
      ],
      check: 'Read = written + quarantined + purged; the target holds what it held plus what was written.',
      stopPoint: `Records are written into ${object.target} of ${plan.target}.`,
      rollback: wholeRun,
      irreversible: false,
    };
  },
  validate: (step, runbook) => {
    const { object, rowsTargetBefore } = findObject(runbook, step.action.object);
    return [{ do: 'require', claim: { kind: 'target-rows', object, rows: rowsTargetBefore } }];
  },
  start: (step) => [...asked(step), began(step), { do: 'run', step: step.id, action: step.action }],
  complete: (step) => [
    { do: 'require', claim: { kind: 'counts-add-up', object: step.action.object } },
    { do: 'require', claim: { kind: 'stop-rules-quiet' } },
    ended(step),
  ],
  rollBack: (step) => [{ do: 'undo', step: step.id }, takenBack(step)],
};

const writes: Readonly<Record<RunbookObject['mode'], string>> = {
  'empty-only': 'inserted into the empty',
  append: 'added to',
  upsert: 'inserted into or, by key, changed in',
};
