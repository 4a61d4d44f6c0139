import type { ObjectType } from './described.ts';

type Told = Partial<Pick<ObjectType, 'modified' | 'required' | 'alsoUnique' | 'lowerCase'>>;

const type = (name: string, id: string, rank: number, told: Told = {}): ObjectType => ({
  name,
  path: name,
  id,
  custom: false,
  label: null,
  modified: 'hs_lastmodifieddate',
  required: [],
  alsoUnique: [],
  lowerCase: [],
  rank,
  ...told,
});

const activity = { required: ['hs_timestamp'] };

/** The vendor's own objects. The account does not describe what they cannot be made without: that is known here. */
export const standardTypes: readonly ObjectType[] = [
  type('calls', '0-48', 0, activity),
  type('companies', '0-2', 5, { lowerCase: ['domain'] }),
  type('contacts', '0-1', 4, { modified: 'lastmodifieddate', alsoUnique: ['email'], lowerCase: ['email'] }),
  type('deals', '0-3', 3),
  type('emails', '0-49', 0, activity),
  type('meetings', '0-47', 0, activity),
  type('notes', '0-46', 0, activity),
  type('tasks', '0-27', 0, activity),
  type('tickets', '0-5', 2, { required: ['subject', 'hs_pipeline_stage'] }),
];
