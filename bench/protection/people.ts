/** One table, from the source that serves others into a target. */
const columns = 'id name email city note created_at'.split(' ');

export const peopleTable = `CREATE TABLE crm.person (id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL, city text, note text,
  created_at timestamptz NOT NULL)`;

export const copyOfPeople: Readonly<Record<string, string>> = {
  person: `source: person\ntarget: person\nkey: id\nowner: ada\nfields:\n${columns.map((name) => `  ${name}: ${name}\n`).join('')}`,
};
