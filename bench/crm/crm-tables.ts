/**
 * The schema of the measured database: a CRM of four tables with text, jsonb, numbers and instants. Tables, then what is
 * built over them, are told apart, because whoever loads first and indexes after saves most of the target's time.
 */
export const createTables = `
  CREATE SCHEMA crm;
  CREATE TABLE crm.accounts (
    id bigint NOT NULL, parent_id bigint, external_ref uuid NOT NULL, name varchar(160) NOT NULL, domain varchar(120),
    industry varchar(40), employees integer, annual_revenue numeric(16,2), country char(2) NOT NULL, address jsonb,
    description text, is_active boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz);
  CREATE TABLE crm.contacts (
    id bigint NOT NULL, account_id bigint NOT NULL, first_name varchar(60) NOT NULL, last_name varchar(60) NOT NULL,
    email varchar(254) NOT NULL, phone varchar(32), title varchar(80), birthdate date, lead_score smallint,
    do_not_call boolean NOT NULL, attributes jsonb, notes text, created_at timestamptz NOT NULL, updated_at timestamptz);
  CREATE TABLE crm.deals (
    id bigint NOT NULL, account_id bigint NOT NULL, contact_id bigint, title varchar(200) NOT NULL,
    stage varchar(30) NOT NULL, amount numeric(14,2), probability double precision, currency char(3) NOT NULL,
    expected_close date, closed_at timestamptz, custom jsonb, created_at timestamptz NOT NULL);
  CREATE TABLE crm.activities (
    id bigint NOT NULL, contact_id bigint NOT NULL, deal_id bigint, kind varchar(20) NOT NULL, subject varchar(200),
    body text, duration_sec integer, cost numeric(10,4), meta jsonb, occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL)`;

/** Largest first: the order in which two streams end closest together. */
export const crmTables = ['activities', 'contacts', 'accounts', 'deals'] as const;

export type CrmTable = (typeof crmTables)[number];

/** All of each table, in SQL. */
export const everyRecord: Readonly<Record<CrmTable, string>> = {
  accounts: 'SELECT * FROM crm.accounts',
  contacts: 'SELECT * FROM crm.contacts',
  deals: 'SELECT * FROM crm.deals',
  activities: 'SELECT * FROM crm.activities',
};

/** 15 of them, the four keys included. */
export const indexes: Readonly<Record<CrmTable, readonly string[]>> = {
  accounts: [
    'ALTER TABLE crm.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY (id)',
    'ALTER TABLE crm.accounts ADD CONSTRAINT accounts_external_ref_key UNIQUE (external_ref)',
    'CREATE INDEX accounts_name_idx ON crm.accounts (name)',
  ],
  contacts: [
    'ALTER TABLE crm.contacts ADD CONSTRAINT contacts_pkey PRIMARY KEY (id)',
    'ALTER TABLE crm.contacts ADD CONSTRAINT contacts_email_key UNIQUE (email)',
    'CREATE INDEX contacts_account_id_idx ON crm.contacts (account_id)',
    'CREATE INDEX contacts_last_name_first_name_idx ON crm.contacts (last_name, first_name)',
  ],
  deals: [
    'ALTER TABLE crm.deals ADD CONSTRAINT deals_pkey PRIMARY KEY (id)',
    'CREATE INDEX deals_account_id_idx ON crm.deals (account_id)',
    'CREATE INDEX deals_contact_id_idx ON crm.deals (contact_id)',
    'CREATE INDEX deals_stage_expected_close_idx ON crm.deals (stage, expected_close)',
  ],
  activities: [
    'ALTER TABLE crm.activities ADD CONSTRAINT activities_pkey PRIMARY KEY (id)',
    'CREATE INDEX activities_contact_id_idx ON crm.activities (contact_id)',
    'CREATE INDEX activities_deal_id_idx ON crm.activities (deal_id)',
    'CREATE INDEX activities_occurred_at_idx ON crm.activities (occurred_at)',
  ],
};

interface Reference {
  readonly table: CrmTable;
  readonly field: string;
  readonly to: CrmTable;
}

export const references: readonly Reference[] = [
  { table: 'accounts', field: 'parent_id', to: 'accounts' },
  { table: 'contacts', field: 'account_id', to: 'accounts' },
  { table: 'deals', field: 'account_id', to: 'accounts' },
  { table: 'deals', field: 'contact_id', to: 'contacts' },
  { table: 'activities', field: 'contact_id', to: 'contacts' },
  { table: 'activities', field: 'deal_id', to: 'deals' },
];

const referenceName = ({ table, field }: Reference): string => `${table}_${field}_fkey`;

/** Said first and looked at after: looking needs no lock that keeps another table's look waiting. */
export const addReference = (reference: Reference): string =>
  `ALTER TABLE crm.${reference.table} ADD CONSTRAINT ${referenceName(reference)} FOREIGN KEY (${reference.field})
     REFERENCES crm.${reference.to} (id) NOT VALID`;

export const validateReference = (reference: Reference): string =>
  `ALTER TABLE crm.${reference.table} VALIDATE CONSTRAINT ${referenceName(reference)}`;
