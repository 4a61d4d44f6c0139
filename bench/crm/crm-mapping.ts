import { type CrmTable, crmTables } from './crm-tables.ts';

const fields: Readonly<Record<CrmTable, string>> = {
  accounts:
    'id parent_id external_ref name domain industry employees annual_revenue country address description is_active created_at updated_at',
  contacts:
    'id account_id first_name last_name email phone title birthdate lead_score do_not_call attributes notes created_at updated_at',
  deals:
    'id account_id contact_id title stage amount probability currency expected_close closed_at custom created_at',
  activities: 'id contact_id deal_id kind subject body duration_sec cost meta occurred_at created_at',
};

/**
 * The files of `mapping/` for a copy without any change.
 *
 * @param creates whether the target's tables are made by the run, as those of the source are
 */
export function plainMapping(creates: boolean): Readonly<Record<string, string>> {
  return Object.fromEntries(
    crmTables.map((table) => [
      table,
      `source: ${table}\ntarget: ${table}\nkey: id\ncreate: ${creates}\nowner: ada\nfields:\n${fields[table]
        .split(' ')
        .map((name) => `  ${name}: ${name}\n`)
        .join('')}`,
    ]),
  );
}

/** The tables that `changedMapping` fills; like those of the plain copy they have no index. */
export const createChangedTables = `
  CREATE SCHEMA crm;
  CREATE TABLE crm.accounts (
    id bigint NOT NULL, parent_id bigint, external_ref uuid NOT NULL, name varchar(160) NOT NULL, domain varchar(120),
    industry varchar(40), employees bigint, annual_revenue numeric(16,2), country char(2) NOT NULL, address jsonb,
    description text, is_active text NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz);
  CREATE TABLE crm.contacts (
    id bigint NOT NULL, account_id bigint NOT NULL, full_name text NOT NULL, email varchar(254) NOT NULL,
    title varchar(80), birthdate date, lead_score integer, do_not_call boolean NOT NULL, attributes jsonb, notes text,
    created_at timestamptz NOT NULL, updated_at timestamptz);
  CREATE TABLE crm.deals (
    id bigint NOT NULL, account_id bigint NOT NULL, contact_id bigint, title varchar(200) NOT NULL, status text NOT NULL,
    amount numeric(14,2), probability double precision, currency char(3) NOT NULL, expected_close date,
    closed_at timestamptz, custom jsonb, created_at timestamptz NOT NULL);
  CREATE TABLE crm.activities (
    id bigint NOT NULL, contact_id bigint NOT NULL, deal_id bigint, kind text NOT NULL, subject varchar(200), body text,
    duration_sec bigint, cost numeric(10,4), meta jsonb, occurred_at timestamptz NOT NULL, created_at timestamptz NOT NULL)`;

const statuses = {
  prospect: 'new',
  qualified: 'open',
  offer: 'offered',
  negotiation: 'offered',
  won: 'closed',
  lost: 'closed',
};
const kinds = { call: 'phone', email: 'mail', meeting: 'visit', task: 'to do', note: 'note', demo: 'visit' };

/** Names merged, statuses mapped, casts, one field left behind. `here` has lower() in it, which no source is asked to compute. */
export function changedMapping(where: 'source' | 'here'): Readonly<Record<string, string>> {
  const lower = (name: string): string => (where === 'here' ? `lower(${name})` : name);
  const changes: Readonly<Record<CrmTable, Readonly<Record<string, string>>>> = {
    accounts: { employees: 'employees::bigint', is_active: 'is_active::text', domain: lower('domain') },
    contacts: {
      first_name: '',
      last_name: '',
      phone: '',
      email: lower('email'),
      lead_score: 'lead_score::integer',
    },
    deals: { stage: '' },
    activities: {
      duration_sec: 'duration_sec::bigint',
      kind: `{ from: ${lower('kind')}, values: ${JSON.stringify(kinds)} }`,
    },
  };
  const more: Partial<Record<CrmTable, string>> = {
    contacts: `  full_name: concat_ws(' ', first_name, last_name)\nleft_behind:\n  phone: nobody calls\n`,
    deals: `  status: { from: ${lower('stage')}, values: ${JSON.stringify(statuses)} }\n`,
  };
  return Object.fromEntries(
    crmTables.map((table) => {
      const lines = fields[table].split(' ').flatMap((name) => {
        const from = changes[table][name] ?? name;
        return from === '' ? [] : [`  ${name}: ${from}\n`];
      });
      const head = `source: ${table}\ntarget: ${table}\nkey: id\nowner: ada\nfields:\n`;
      return [table, `${head}${lines.join('')}${more[table] ?? ''}`];
    }),
  );
}

const listed = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([from, to]) => `WHEN '${from}' THEN '${to}'`)
    .join(' ');

/** What `changedMapping` should give, in SQL over the source, in the order of the target's fields. */
export const changedRecords: Readonly<Record<CrmTable, string>> = {
  accounts: `SELECT id, parent_id, external_ref, name, domain, industry, employees, annual_revenue, country, address, description,
    is_active::text, created_at, updated_at FROM crm.accounts`,
  contacts: `SELECT id, account_id, first_name || ' ' || last_name, email, title, birthdate, lead_score, do_not_call, attributes,
    notes, created_at, updated_at FROM crm.contacts`,
  deals: `SELECT id, account_id, contact_id, title, CASE stage ${listed(statuses)} END, amount, probability, currency,
    expected_close, closed_at, custom, created_at FROM crm.deals`,
  activities: `SELECT id, contact_id, deal_id, CASE kind ${listed(kinds)} END, subject, body, duration_sec, cost, meta,
    occurred_at, created_at FROM crm.activities`,
};
