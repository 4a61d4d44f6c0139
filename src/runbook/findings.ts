import type { Finding } from '../model/index.ts';
import type { Need } from './object-dependency.ts';

export function cycleNotNull(cycle: readonly Need[]): Finding {
  const names = [...cycle.map(({ object }) => object), cycle[0]?.object].join(' -> ');
  return {
    code: 'runbook.cycle-not-null',
    severity: 'block',
    title: `These objects need each other, and no field between them may be empty: ${names}`,
    detail: `Needed at once: ${cycle.map(({ because, on }) => `${because} needs ${on}`).join('; ')}.`,
    where: { object: cycle[0]?.object ?? '', system: 'target' },
    records: null,
    examples: [],
    fix: 'Let one of these fields be empty in the target until the second pass has set it, or map it from something that is there already.',
    waivable: false,
  };
}

export function cycleNeedsUpdate(object: string, fields: readonly string[]): Finding {
  return {
    code: 'runbook.cycle-needs-update',
    severity: 'block',
    title: `${object} needs a second pass, and this target cannot change records that are there`,
    detail: `To be set afterwards: ${fields.join(', ')}.`,
    where: { object, system: 'target' },
    records: null,
    examples: [],
    fix: 'Leave these fields out, or choose a target that can update records.',
    waivable: false,
  };
}
