import { GodwitError } from '../model/index.ts';

export function runbookUnreadable(why: string): GodwitError {
  return new GodwitError({
    code: 'runbook.unreadable',
    title: 'This is not a runbook godwit can read',
    detail: why,
    nextStep:
      'Make it again with `godwit plan`; a runbook that was edited by hand needs new approvals anyway.',
    fate: 'never',
  });
}
