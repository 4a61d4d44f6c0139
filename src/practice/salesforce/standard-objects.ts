import { type DescribedField, type DescribedObject, describedField } from './described-object.ts';

type Told = Parameters<typeof describedField>[2];

const text = (name: string, length: number, told: Told = {}): DescribedField =>
  describedField(name, 'string', { length, ...told });
const choice = (name: string, values: readonly string[], told: Told = {}): DescribedField =>
  describedField(name, 'picklist', { values: values.map((value) => ({ value, under: [] })), ...told });
const link = (name: string, refersTo: readonly string[], told: Told = {}): DescribedField =>
  describedField(name, 'reference', { refersTo, relationship: name.replace(/Id$/, ''), ...told });
const shown: Told = { createable: false, updateable: false };
const owner: DescribedField = link('OwnerId', ['User'], { label: 'Owner ID' });

/** Fields every object has. */
export const systemFields: readonly DescribedField[] = [
  describedField('Id', 'id', { ...shown, label: 'Record ID' }),
  describedField('IsDeleted', 'boolean', { ...shown, label: 'Deleted' }),
  describedField('CreatedDate', 'datetime', { ...shown, audit: true }),
  link('CreatedById', ['User'], { ...shown, audit: true }),
  describedField('LastModifiedDate', 'datetime', { ...shown, audit: true }),
  link('LastModifiedById', ['User'], { ...shown, audit: true }),
  describedField('SystemModstamp', 'datetime', shown),
];

function address(before: string): DescribedField[] {
  return [
    describedField(`${before}Street`, 'textarea', { length: 255 }),
    text(`${before}City`, 40),
    text(`${before}State`, 80, { label: `${before} State/Province` }),
    text(`${before}PostalCode`, 20, { label: `${before} Zip/Postal Code` }),
    text(`${before}Country`, 80),
    describedField(`${before}Address`, 'address', shown),
  ];
}

const leadSources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
const stages = [
  'Prospecting',
  'Qualification',
  'Proposal/Price Quote',
  'Negotiation/Review',
  'Closed Won',
  'Closed Lost',
];

const account: readonly DescribedField[] = [
  text('Name', 255, { required: true, label: 'Account Name' }),
  choice('Type', ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Other'], { label: 'Account Type' }),
  link('ParentId', ['Account'], { label: 'Parent Account ID', children: 'ChildAccounts' }),
  ...address('Billing'),
  ...address('Shipping'),
  describedField('Phone', 'phone', { label: 'Account Phone' }),
  describedField('Fax', 'phone', { label: 'Account Fax' }),
  text('AccountNumber', 40),
  describedField('Website', 'url'),
  text('Site', 80, { label: 'Account Site' }),
  choice('Industry', [
    'Agriculture',
    'Banking',
    'Education',
    'Energy',
    'Manufacturing',
    'Technology',
    'Other',
  ]),
  describedField('AnnualRevenue', 'currency', { precision: 18, scale: 0 }),
  describedField('NumberOfEmployees', 'int', { label: 'Employees' }),
  choice('Rating', ['Hot', 'Warm', 'Cold'], { label: 'Account Rating' }),
  choice('AccountSource', leadSources),
  describedField('Description', 'textarea', { label: 'Account Description' }),
  owner,
];

const contact: readonly DescribedField[] = [
  link('AccountId', ['Account'], { label: 'Account ID', children: 'Contacts', onDelete: 'cascade' }),
  text('LastName', 80, { required: true }),
  text('FirstName', 40),
  choice('Salutation', ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.']),
  text('Name', 121, { ...shown, label: 'Full Name' }),
  ...address('Mailing'),
  ...address('Other'),
  describedField('Phone', 'phone', { label: 'Business Phone' }),
  describedField('Fax', 'phone', { label: 'Business Fax' }),
  describedField('MobilePhone', 'phone'),
  describedField('HomePhone', 'phone'),
  link('ReportsToId', ['Contact'], { label: 'Reports To ID' }),
  describedField('Email', 'email'),
  text('Title', 128),
  text('Department', 80),
  choice('LeadSource', leadSources),
  describedField('Birthdate', 'date'),
  describedField('HasOptedOutOfEmail', 'boolean', { label: 'Email Opt Out' }),
  describedField('Description', 'textarea', { label: 'Contact Description' }),
  owner,
];

const opportunity: readonly DescribedField[] = [
  link('AccountId', ['Account'], { label: 'Account ID', children: 'Opportunities', onDelete: 'cascade' }),
  text('Name', 120, { required: true }),
  describedField('Description', 'textarea'),
  choice('StageName', stages, { required: true, label: 'Stage' }),
  describedField('Amount', 'currency', { precision: 18, scale: 2 }),
  describedField('Probability', 'percent', { precision: 3, scale: 0, label: 'Probability (%)' }),
  describedField('CloseDate', 'date', { required: true }),
  choice('Type', ['Existing Business', 'New Business'], { label: 'Opportunity Type' }),
  text('NextStep', 255),
  choice('LeadSource', leadSources),
  describedField('IsClosed', 'boolean', { ...shown, label: 'Closed' }),
  describedField('IsWon', 'boolean', { ...shown, label: 'Won' }),
  owner,
];

const task: readonly DescribedField[] = [
  link('WhoId', ['Contact'], { label: 'Name ID', children: 'Tasks' }),
  link('WhatId', ['Account', 'Opportunity'], { label: 'Related To ID', children: 'Tasks' }),
  describedField('Subject', 'combobox'),
  describedField('ActivityDate', 'date', { label: 'Due Date Only' }),
  choice('Status', ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'], {
    required: true,
    initial: 'Not Started',
  }),
  choice('Priority', ['High', 'Normal', 'Low'], { required: true, initial: 'Normal' }),
  describedField('Description', 'textarea'),
  describedField('IsClosed', 'boolean', { ...shown, label: 'Closed' }),
  owner,
];

const user: readonly DescribedField[] = [
  text('Username', 80, { required: true, unique: true }),
  text('LastName', 80, { required: true }),
  text('FirstName', 40),
  text('Name', 121, { ...shown, label: 'Full Name' }),
  describedField('Email', 'email', { length: 128, required: true }),
  text('Alias', 8),
  describedField('IsActive', 'boolean', { label: 'Active', initial: true }),
];

const organization: readonly DescribedField[] = [
  text('Name', 80, shown),
  text('OrganizationType', 40, shown),
  text('InstanceName', 5, shown),
  describedField('IsSandbox', 'boolean', { ...shown, label: 'Is Sandbox' }),
];

const contentVersion: readonly DescribedField[] = [
  link('ContentDocumentId', ['ContentDocument'], {
    updateable: false,
    children: 'ContentVersions',
    onDelete: 'cascade',
  }),
  describedField('IsLatest', 'boolean', shown),
  text('Title', 255),
  describedField('Description', 'textarea', { length: 1_000 }),
  text('PathOnClient', 500, { required: true, updateable: false }),
  text('FileExtension', 40, shown),
  describedField('VersionData', 'base64', { updateable: false }),
  describedField('ContentSize', 'int', { ...shown, precision: 9 }),
  text('Checksum', 50, shown),
  text('VersionNumber', 20, shown),
  text('ReasonForChange', 1_000),
  link('FirstPublishLocationId', ['Account', 'Contact', 'Opportunity', 'User'], { updateable: false }),
  owner,
];

const contentDocument: readonly DescribedField[] = [
  text('Title', 255),
  text('FileExtension', 40, shown),
  describedField('ContentSize', 'int', { ...shown, precision: 9 }),
  link('LatestPublishedVersionId', ['ContentVersion'], shown),
  owner,
];

const contentDocumentLink: readonly DescribedField[] = [
  link('ContentDocumentId', ['ContentDocument'], {
    required: true,
    updateable: false,
    children: 'ContentDocumentLinks',
    onDelete: 'cascade',
  }),
  link('LinkedEntityId', ['Account', 'Contact', 'Opportunity', 'Task', 'User'], {
    required: true,
    updateable: false,
    children: 'ContentDocumentLinks',
    onDelete: 'cascade',
  }),
  choice('ShareType', ['V', 'C', 'I'], { initial: 'V', restricted: true }),
  choice('Visibility', ['AllUsers', 'InternalUsers', 'SharedUsers'], {
    initial: 'AllUsers',
    restricted: true,
  }),
];

const standard = (name: string, prefix: string, fields: readonly DescribedField[]): DescribedObject => ({
  name,
  label: name.replace(/([a-z])([A-Z])/g, '$1 $2'),
  prefix,
  custom: false,
  fields: [...systemFields, ...fields],
});

/** The objects every practice org has, with their fields as far as moves of records use them. */
export const standardObjects: readonly DescribedObject[] = [
  standard('Account', '001', account),
  standard('Contact', '003', contact),
  standard('Opportunity', '006', opportunity),
  standard('Task', '00T', task),
  standard('User', '005', user),
  standard('Organization', '00D', organization),
  standard('ContentDocument', '069', contentDocument),
  standard('ContentVersion', '068', contentVersion),
  standard('ContentDocumentLink', '06A', contentDocumentLink),
];
