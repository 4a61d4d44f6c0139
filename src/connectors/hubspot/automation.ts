import type { Automation } from '../port.ts';

/** What an account does when records come through its API, as if people had made them. No call switches any of it off. */
export const hubspotAutomation: Automation = {
  silenced: [],
  forPeople: [
    'workflows that take in records as they are made or changed, with the e-mails and tasks they make: switch off those that should not',
    'companies that contacts are linked to by the domain of their e-mail: switch that off, or map these links with `mode: upsert`',
    'notifications to owners, of records and tasks that are given to them: switch off those that should be silent',
    'rules of an admin about properties: what they refuse goes into quarantine',
  ],
};
