import type { Automation } from '../port.ts';

/** What an org does when records come through its API. Its descriptions of objects tell nothing of it. */
export const salesforceAutomation: Automation = {
  silenced: ['assignment rules: every call that writes says `Sforce-Auto-Assign: false`'],
  forPeople: [
    'triggers and flows, and what they do elsewhere: deactivate those that should not run for these records',
    'validation rules and duplicate rules: what they refuse goes into quarantine; deactivate them, or let the user of the run pass',
    'e-mail deliverability: `No access` or `System email only` where nobody should be written to',
  ],
};
