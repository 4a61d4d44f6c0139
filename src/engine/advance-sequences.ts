import type { GivenNumbers, Snapshot } from '../connectors/index.ts';
import type { Field, Relation } from '../model/index.ts';
import type { ObjectPlan } from './object-plan.ts';
import { runPlainStep } from './run-step.ts';
import type { Session } from './session.ts';
import type { StepReport } from './step-report.ts';

/**
 * Sets sequences and identity counters past the largest value, and past the last number that the source gave to a field that
 * is copied as it is: the records behind it may be deleted, their numbers stand in letters and on invoices. Repeating it
 * changes nothing.
 */
export async function advanceSequences(
  session: Session,
  step: string,
  names: readonly string[],
  plans: ReadonlyMap<string, ObjectPlan>,
): Promise<StepReport> {
  const newStep = { step, kind: 'advance-sequences', object: null, origin: step } as const;
  const counting = [...plans.values()].filter(({ target }) => names.includes(target.name));
  const relations = [...new Map(counting.map(({ target }) => [target.name, target])).values()];
  return runPlainStep(session, newStep, async () => {
    const given = await givenNumbers(await session.connections.snapshot(), counting);
    return (await session.connections.target()).advanceSequences(step, relations, given);
  });
}

async function givenNumbers(source: Snapshot, plans: readonly ObjectPlan[]): Promise<GivenNumbers> {
  const given = new Map<string, ReadonlyMap<string, string>>();
  for (const plan of plans) {
    // Of two objects that fill one relation neither counts for both.
    if (plans.filter(({ target }) => target.name === plan.target.name).length > 1) continue;
    const last = (await source.lastNumbers?.(plan.source)) ?? new Map<string, string>();
    given.set(
      plan.target.name,
      new Map(
        countersOf(plan.target).flatMap(({ name }) => {
          const copy = plan.linkTransform([name]).copies?.find(({ target }) => target === name);
          const number = last.get(copy?.source ?? '');
          return number === undefined ? [] : [[name, number] as const];
        }),
      ),
    );
  }
  return given;
}

function countersOf({ fields }: Relation): readonly Field[] {
  return fields.filter(
    ({ generated, default: preset }) => generated.startsWith('identity') || /nextval\(/i.test(preset ?? ''),
  );
}
