import { definedProperty, optionsOf, type PropertyDefinition } from './property-definition.ts';

/** A kind of record. */
export interface ObjectType {
  /** `0-1`, `2-7` */
  readonly id: string;
  /** As paths name it: `contacts`; a custom object's own name. */
  readonly name: string;
  /** As messages name it: `CONTACT`. */
  readonly singular: string;
  /** When a record was changed: contacts call it otherwise. */
  readonly modified: string;
  readonly created: string;
  /** By which part of a scope it is reached: `contacts`, `tickets`, `custom`. */
  readonly scope: string;
  /** What a create must give. */
  readonly required: readonly string[];
  /** What a search shows where nothing is asked for. */
  readonly shown: readonly string[];
}

const text = (name: string, told: Partial<PropertyDefinition> = {}) => definedProperty(name, 'string', told);
const long = (name: string) => text(name, { fieldType: 'textarea' });
const choice = (name: string, values: readonly string[], told: Partial<PropertyDefinition> = {}) =>
  definedProperty(name, 'enumeration', { options: optionsOf(values), ...told });

const type = (
  id: string,
  name: string,
  singular: string,
  { required = [], shown = [], scope = 'contacts', modified = 'hs_lastmodifieddate', created }: Told = {},
): ObjectType => ({
  id,
  name,
  singular,
  modified,
  created: created ?? (shown.length === 0 ? 'hs_createdate' : 'createdate'),
  scope,
  required,
  shown,
});

type Told = Partial<Omit<ObjectType, 'id' | 'name' | 'singular'>>;

const activity = { required: ['hs_timestamp'], created: 'hs_createdate' };

/** Source of the ids: the association ids and paths of the vendor's public clients name them. */
export const standardTypes: readonly ObjectType[] = [
  type('0-1', 'contacts', 'CONTACT', {
    modified: 'lastmodifieddate',
    shown: ['email', 'firstname', 'lastname'],
  }),
  type('0-2', 'companies', 'COMPANY', { scope: 'companies', shown: ['name', 'domain'] }),
  type('0-3', 'deals', 'DEAL', {
    scope: 'deals',
    shown: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  }),
  type('0-5', 'tickets', 'TICKET', {
    scope: 'tickets',
    shown: [
      'content',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_ticket_category',
      'hs_ticket_priority',
      'subject',
    ],
    required: ['subject', 'hs_pipeline_stage'],
  }),
  type('0-46', 'notes', 'NOTE', activity),
  type('0-47', 'meetings', 'MEETING_EVENT', activity),
  type('0-48', 'calls', 'CALL', activity),
  type('0-27', 'tasks', 'TASK', activity),
  type('0-49', 'emails', 'EMAIL', activity),
];

const owner = definedProperty('hubspot_owner_id', 'enumeration', { references: 'OWNER', label: 'Owner' });
const attachments = text('hs_attachment_ids');

const activityProperties = (more: readonly PropertyDefinition[]): readonly PropertyDefinition[] => [
  definedProperty('hs_timestamp', 'datetime'),
  owner,
  attachments,
  ...more,
];

/** Lifecycle stages in their order. */
export const lifecycleStages = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
] as const;

/** The properties of standard objects that moves use. */
const standardProperties: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  contacts: [
    text('email'),
    text('hs_additional_emails', { readOnly: true }),
    text('firstname'),
    text('lastname'),
    definedProperty('phone', 'phone_number'),
    definedProperty('mobilephone', 'phone_number'),
    ...['company', 'jobtitle', 'website', 'address', 'city', 'state', 'zip', 'country'].map((name) =>
      text(name),
    ),
    choice('lifecyclestage', lifecycleStages, { fieldType: 'radio' }),
    choice('hs_lead_status', ['NEW', 'OPEN', 'IN_PROGRESS', 'UNQUALIFIED', 'CONNECTED'], {
      fieldType: 'radio',
    }),
    definedProperty('date_of_birth', 'string'),
    owner,
  ],
  companies: [
    ...['name', 'domain', 'website', 'address', 'address2', 'city', 'state', 'zip', 'country'].map((name) =>
      text(name),
    ),
    definedProperty('phone', 'phone_number'),
    long('description'),
    choice('industry', [
      'ACCOUNTING',
      'BANKING',
      'COMPUTER_SOFTWARE',
      'CONSTRUCTION',
      'RETAIL',
      'TELECOMMUNICATIONS',
    ]),
    definedProperty('numberofemployees', 'number'),
    definedProperty('annualrevenue', 'number'),
    choice('lifecyclestage', lifecycleStages, { fieldType: 'radio' }),
    owner,
  ],
  deals: [
    text('dealname'),
    definedProperty('amount', 'number'),
    definedProperty('closedate', 'datetime'),
    choice('dealstage', []),
    choice('pipeline', []),
    choice('dealtype', ['newbusiness', 'existingbusiness'], { fieldType: 'radio' }),
    long('description'),
    owner,
  ],
  tickets: [
    text('subject'),
    long('content'),
    choice('hs_pipeline', []),
    choice('hs_pipeline_stage', []),
    choice('hs_ticket_priority', ['LOW', 'MEDIUM', 'HIGH', 'URGENT']),
    choice('hs_ticket_category', ['PRODUCT_ISSUE', 'BILLING_ISSUE', 'FEATURE_REQUEST', 'GENERAL_INQUIRY']),
    owner,
  ],
  notes: activityProperties([text('hs_note_body', { fieldType: 'html' })]),
  meetings: activityProperties([
    text('hs_meeting_title'),
    text('hs_meeting_body', { fieldType: 'html' }),
    text('hs_meeting_location'),
    definedProperty('hs_meeting_start_time', 'datetime'),
    definedProperty('hs_meeting_end_time', 'datetime'),
    choice('hs_meeting_outcome', ['SCHEDULED', 'COMPLETED', 'RESCHEDULED', 'NO_SHOW', 'CANCELED']),
  ]),
  calls: activityProperties([
    text('hs_call_title'),
    text('hs_call_body', { fieldType: 'html' }),
    choice('hs_call_direction', ['INBOUND', 'OUTBOUND']),
    choice('hs_call_status', ['COMPLETED', 'BUSY', 'CANCELED', 'FAILED', 'NO_ANSWER', 'QUEUED', 'RINGING']),
    definedProperty('hs_call_duration', 'number'),
    text('hs_call_from_number'),
    text('hs_call_to_number'),
  ]),
  tasks: activityProperties([
    text('hs_task_subject'),
    text('hs_task_body', { fieldType: 'html' }),
    choice('hs_task_status', ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED']),
    choice('hs_task_priority', ['NONE', 'LOW', 'MEDIUM', 'HIGH']),
    choice('hs_task_type', ['EMAIL', 'CALL', 'TODO']),
  ]),
  emails: activityProperties([
    text('hs_email_subject'),
    text('hs_email_text', { fieldType: 'textarea' }),
    text('hs_email_html', { fieldType: 'html' }),
    choice('hs_email_direction', ['EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL']),
    choice('hs_email_status', ['BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING', 'SENT']),
  ]),
};

/** What the system itself keeps of every record. */
export function propertiesOf({ name, created, modified }: ObjectType): readonly PropertyDefinition[] {
  const own = { readOnly: true };
  return [
    definedProperty('hs_object_id', 'number', own),
    definedProperty(created, 'datetime', own),
    definedProperty(modified, 'datetime', own),
    text('hs_merged_object_ids', own),
    ...(name in standardProperties ? (standardProperties[name] ?? []) : [owner]),
  ].map((property) => ({ ...property, hubspotDefined: true }));
}
