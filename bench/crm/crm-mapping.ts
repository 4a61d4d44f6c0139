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

/** The files of `mapping/` for a copy without any change. */
export function plainMapping(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    crmTables.map((table) => [
      table,
      `source: ${table}\ntarget: ${table}\nkey: id\nowner: ada\nfields:\n${fields[table]
        .split(' ')
        .map((name) => `  ${name}: ${name}\n`)
        .join('')}`,
    ]),
  );
}
