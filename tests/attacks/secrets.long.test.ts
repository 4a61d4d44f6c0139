import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { AttackedProject } from './attacked-project.ts';

/** Every planted value holds one of these, whatever is done to its letters. */
const personal =
  /qz(?:mail|host|first|last|note|bad|long|neg|unread|money|impossible|trigger|dup|diagnosis|city)|987-65|666\.42|171 55/i;
const secrets = {
  GODWIT_PASSPHRASE: 'Wq7 passphrase of kept records',
  GODWIT_KEY_PASSPHRASE: 'Wq8 passphrase of every key',
};

const people = `email text primary key, name varchar(60), phone text, note text, balance numeric(12,2), born date, ssn text,
  city text, boss text references people(email)`;
const mapping = `source: people
target: people
key: email
owner: Ada
fields:
  email: email
  name: name
  phone: phone
  note: note
  balance: balance::numeric
  born: to_date(born, 'YYYY-MM-DD')
  ssn: ssn
  city: city
  boss: boss
`;

/** Sixty sound people, each under the next, and one for every way in which a target can say no. */
function fillSource(path: string): void {
  using source = new DatabaseSync(path);
  source.exec(`${`create table people (${people})`.replace('numeric(12,2)', 'text').replace('born date', 'born text')};
    create table visits (id integer primary key, person text not null references people(email), diagnosis text)`);
  const add = source.prepare('insert into people values (?,?,?,?,?,?,?,?,?)');
  const mail = (at: number): string => `qzmail${at}@qzhost${at}.example`;
  for (let at = 0; at < 60; at += 1)
    add.run(
      mail(at),
      `Qzfirst${at} Qzlast${at}`,
      `+49 171 55${1000 + at}77`,
      `qznote ${at}`,
      `${at}.50`,
      '1980-01-02',
      `987-65-${1000 + at}`,
      `Qzcity${String.fromCharCode(97 + (at % 26), 97 + (at % 7))}`,
      at === 0 ? null : mail(at - 1),
    );
  const bad = (mailbox: string, name: string, note: string, balance: string, born: string): unknown =>
    add.run(mailbox, name, null, note, balance, born, '1', null, null);
  bad('qzbad1@qzhost.example', 'Qzlongname'.repeat(20), 'x', '1.00', '1980-01-02');
  bad('qzbad2@qzhost.example', 'Qznegative', 'x', '-666.42', '1980-01-02');
  bad('qzbad3@qzhost.example', 'Qzunreadable', 'x', 'qzmoney', '1980-01-02');
  bad('qzbad4@qzhost.example', 'Qzimpossible', 'x', '1', '1980-02-31');
  bad('qzbad5@qzhost.example', 'Qzraise', 'qztriggernote', '1', '1980-02-01');
  bad('QZMAIL7@qzhost7.example', 'Qzduplicate', 'x', '1', '1980-02-01');
  const visit = source.prepare('insert into visits values (?,?,?)');
  for (let at = 0; at < 60; at += 1) visit.run(at + 1, mail(at), `qzdiagnosis ${at}`);
}

async function beginProject(project: AttackedProject, target: string): Promise<void> {
  project.makePeople();
  await project.walk(['keys', 'new', '--name', 'Dora']);
  await project.walk(['init', '--source', 'sqlite:old.sqlite', '--target', target, '--name', 'attack']);
  project.edit('godwit.yaml', /people: \[\]\n/, project.peopleText());
  project.write('mapping/people.yaml', mapping);
}

/** The whole life, all that goes wrong on it included. */
async function wholeLife(project: AttackedProject): Promise<void> {
  const run = (...args: string[]): Promise<unknown> => project.godwit(args);
  await run('profile');
  await run('map', 'check', '--json');
  await run('approve', 'mapping', '--key', 'ada.key');
  await run('approve', 'finding', '--all', '--key', 'ben.key', '--reason', 'they can wait');
  await run('plan');
  await run('rehearse', '--full', '--json');
  await run('plan');
  await project.godwit(['approve', 'runbook', '--key', 'ben.key'], {
    environment: { GODWIT_KEY_PASSPHRASE: 'Wq9 a wrong passphrase' },
  });
  await run('approve', 'runbook', '--key', 'ben.key');
  await run('run');
}

/** One refused by a trigger of the target, one by a key, one by its own value. */
const shown = /^(?:target\.(?:refused|unique)|value\.unreadable)$/;

async function afterwards(project: AttackedProject): Promise<void> {
  const list = await project.godwit(['quarantine', 'list', '--json']);
  const { entries } = JSON.parse(list.out) as { entries: readonly { id: string; code: string }[] };
  const firstOfEach = new Map(entries.map(({ id, code }) => [code, id]));
  for (const id of [...firstOfEach].flatMap(([code, entry]) => (shown.test(code) ? [entry] : [])))
    await project.godwit(['quarantine', 'show', id]);
  for (const command of ['audit --json', 'repair', 'report', 'rollback'])
    await project.godwit(command.split(' '));
}

function leaks(project: AttackedProject, databases: RegExp): readonly string[] {
  const forbidden = new RegExp(`.{0,40}(?:${personal.source}|Wq[0-9] ).{0,40}`, 'gi');
  const files = project.files().filter(({ name }) => !databases.test(name));
  return [
    ...files.flatMap(({ name, content }) => (content.match(forbidden) ?? []).map((hit) => `${name}: ${hit}`)),
    ...project.answers.flatMap(({ command, out, err }) =>
      (`${out}\n${err}`.match(forbidden) ?? []).map((hit) => `${command}: ${hit}`),
    ),
  ];
}

// The other test walks the same road; this one only swaps the target, so it waits for the long run.
describe.skipIf(process.env['GODWIT_PROVE'] !== '1')(
  'secrets and personal data stay where they are kept',
  () => {
    test('SQLite to SQLite', { timeout: 400_000 }, async () => {
      using project = new AttackedProject();
      Object.assign(project.environment, secrets);
      fillSource(project.path('old.sqlite'));
      new DatabaseSync(project.path('new.sqlite')).exec(
        `create table people (${people.replace('numeric(12,2)', 'decimal text(12,2) check (cast(balance as real) >= 0)')});
       create unique index people_email on people (lower(email));
       create table visits (id integer primary key, person text not null references people(email), diagnosis text);
       create trigger no_note before insert on people when new.note like 'qztr%' begin select raise(abort, 'no'); end`,
      );
      await beginProject(project, 'sqlite:new.sqlite');
      await wholeLife(project);
      const run = project.answers.at(-1);
      expect(run?.out).toContain('source and target agree');
      expect(run?.out).toContain('careful: done; 9 records in quarantine');
      new DatabaseSync(project.path('new.sqlite')).exec(
        "update people set note = 'qznote changed' where email like 'qzmail3_@%'",
      );
      await afterwards(project);
      expect(
        leaks(project, /^(?:old|new|godwit_\w+)\.sqlite/).filter((hit) => !hit.includes('TRIGGER')),
      ).toEqual([]);
      expect(project.answers.find(({ command }) => command === 'audit --json')?.out).toContain(
        'qxxxxx xxxxxxx',
      );
    });
  },
);

describe.skipIf(skipWithoutPostgres(15))('with a server that quotes values in its messages', () => {
  let server: PostgresAccess;
  beforeAll(async () => {
    server = await sharedPostgres(15);
  });

  test('SQLite to PostgreSQL', { timeout: 400_000 }, async () => {
    using project = new AttackedProject();
    const password = 'Wq1 password of the target';
    Object.assign(project.environment, secrets, { GODWIT_TARGET_PASSWORD: password });
    fillSource(project.path('old.sqlite'));
    const database = await server.createDatabase();
    const { Client } = await import('pg');
    const { host, port, user } = server;
    const client = new Client({ host, port, user, password: server.password, database });
    await client.connect();
    await client.query(`create role wq login superuser password '${password}'`).catch(() => undefined);
    await client.query(`create table people (${people}, check (balance >= 0));
      create unique index people_email on people (lower(email));
      create index people_note on people ((case when note like 'qzno%' then 1 else length(note) end));
      create table visits (id int primary key, person text not null references people(email), diagnosis text);
      create function loud() returns trigger language plpgsql as
        $$ begin if new.note like 'qztr%' then raise exception 'refused: % of %', new.note, new.email; end if; return new; end $$;
      create trigger loud before insert on people for each row execute function loud()`);
    await beginProject(project, `postgres://wq@${host}:${port}/${database}`);
    project.edit('godwit.yaml', /tls: verify/, 'tls: off');
    await wholeLife(project);
    await project.godwit(['check'], { environment: { GODWIT_TARGET_PASSWORD: 'Wq2 a wrong password' } });
    await client.query("update people set note = 'qznote changed' where email like 'qzmail3_@%'");
    await afterwards(project);
    const kept = await client.query<{ all: string }>(
      "select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, true, '')::text, '') as all from pg_tables where schemaname like '%godwit%'",
    );
    await client.end();
    expect(kept.rows[0]?.all ?? '').not.toMatch(
      /qz(?:first|last|note|long|neg|unread|money|diagnosis)|987-65|171 55/i,
    );
    expect(leaks(project, /^old\.sqlite/)).toEqual([]);
    expect(project.answers.find(({ command }) => command === 'run')?.out).toContain(
      'source and target agree',
    );
  });
});
