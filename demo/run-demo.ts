import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateOldCrm, type PlantedTrouble } from './generate-old-crm.ts';
import { askSql, changeSql } from './plain-sql.ts';
import { Stage } from './stage.ts';

/**
 * `npm run demo`: a messy ten-year-old CRM walks the whole life of a migration, with two people who sign, in one folder and
 * without a server. Every claim on the way is checked in plain SQL, without godwit; a check that fails ends the demo with 1.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '7' }, folder: { type: 'string' } },
});
const folder = values.folder ?? fileURLToPath(new URL('../demo-output/', import.meta.url)).replace(/\/$/, '');
const [source, target] = [join(folder, 'old.sqlite'), join(folder, 'new.sqlite')];
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const stage = new Stage(folder);
process.chdir(folder);
Object.assign(process.env, {
  GODWIT_PASSPHRASE: 'demo passphrase',
  GODWIT_KEY_PASSPHRASE: 'demo key passphrase',
});
const started = performance.now();

const planted = makeSystems(Number(values.seed));
await look();
await map();
await agree();
await rehearse();
await run();
await damageAndRepair();
await goBack();
await prove();
end();

function makeSystems(seed: number): PlantedTrouble {
  const trouble = generateOldCrm(source, seed);
  const empty = new DatabaseSync(target);
  empty.exec(readFileSync(new URL('new-crm-schema.sql', import.meta.url), 'utf8'));
  empty.close();
  stage.say(`An old CRM of ${trouble.records} records was made from seed ${seed}, and an empty new one. Planted in the old one:
  ${trouble.orphanContacts} contacts of accounts that do not exist, ${trouble.overlongRemarks} remarks of 500 characters for a field of 255,
  ${trouble.blankNames} blank names, ${trouble.strayStatuses} statuses nobody knows, ${trouble.impossibleDates} days that never were,
  ${trouble.duplicateContacts} contacts entered twice, a circle of references, and a table nobody remembers.`);
  return trouble;
}

async function look(): Promise<void> {
  stage.say('1. LOOK. What is there?');
  await stage.godwit(
    ['init', '--source', 'sqlite:old.sqlite', '--target', 'sqlite:new.sqlite', '--name', 'crm-move'],
    0,
    6,
  );
  await stage.godwit(['check'], 0, 20);
  await stage.godwit(['inspect'], 0, 24);
  await stage.godwit(['profile'], 0, 30);
}

async function map(): Promise<void> {
  stage.say('2. MAP. Ada has written what becomes of every field (mapping/*.yaml). Is anything forgotten?');
  rmSync(join(folder, 'mapping'), { recursive: true });
  cpSync(fileURLToPath(new URL('mapping/', import.meta.url)), join(folder, 'mapping'), { recursive: true });
  const first = await stage.godwit(['map', 'check'], 1, 8);
  stage.check('the forgotten table is named', first.includes('tmp_import_2019'));
  stage.say('Somebody looks at that table, and the decision is written down. Now every record is tried:');
  writeFileSync(
    join(folder, 'mapping/left-behind.yaml'),
    'relations:\n  tmp_import_2019: an import given up in 2019; Ada looked at all 40 rows on 12 May\n',
  );
  const second = await stage.godwit(['map', 'check'], 1, 30);
  stage.check(
    'blank names are counted exactly',
    second.includes(`${planted.blankNames} records of contacts would be NULL`),
  );
}

async function agree(): Promise<void> {
  stage.say('3. AGREE. Ada is the author, Ben approves. Both have keys of their own.');
  const people: string[] = [];
  for (const [name, roles] of [
    ['Ada', 'author, operator'],
    ['Ben', 'approver, owner'],
  ] as const) {
    await stage.godwit(['keys', 'new', '--name', name, '--out', `keys/${name.toLowerCase()}.key`], 0, 1);
    const key = readFileSync(join(folder, `keys/${name.toLowerCase()}.key.pub`), 'utf8').trim();
    people.push(`  - name: ${name}\n    roles: [${roles}]\n    keys: ['${key}']\n`);
  }
  const settings = join(folder, 'godwit.yaml');
  const text = readFileSync(settings, 'utf8');
  writeFileSync(
    settings,
    text
      .replace(/^people: \[\]\n(?:#.*\n)*/m, `people:\n${people.join('')}`)
      .replace('quarantined_per_10000: 100', 'quarantined_per_10000: 300'),
  );
  await stage.godwit(['assess'], 0, 12);
  await stage.godwit(['approve', 'mapping', '--key', 'keys/ada.key'], 0);
  stage.say(
    'Ben looks at every finding and decides: these records stay behind, in quarantine, until somebody has mended them.',
  );
  await stage.godwit(
    [
      'approve',
      'finding',
      '--all',
      '--key',
      'keys/ben.key',
      '--reason',
      'looked at with sales; they stay in quarantine until mended',
    ],
    0,
    8,
  );
}

async function rehearse(): Promise<void> {
  stage.say(
    '4. REHEARSE. The same code, in a sandbox: a tenth first, then everything, audited and taken back each time.',
  );
  await stage.godwit(['plan'], 0, 4);
  await stage.godwit(['rehearse', '--sample', '10'], 0, 30);
  await stage.godwit(['rehearse', '--full'], 0, 18);
  stage.check(
    'the rehearsal left the live target alone',
    askSql(target, 'SELECT count(*) FROM people') === '0',
  );
  await stage.godwit(['plan'], 0, 4);
}

async function run(): Promise<void> {
  stage.say('5. RUN. Not before it is signed:');
  await stage.godwit(['run'], 4, 4);
  stage.check(
    'nothing was written without a signature',
    askSql(target, 'SELECT count(*) FROM companies') === '0',
  );
  await stage.godwit(['approve', 'runbook', '--key', 'keys/ben.key'], 0);
  await stage.godwit(['run'], 0, 32);
  await stage.godwit(['quarantine', 'list'], 0, 18);
  await stage.godwit(['status'], 0, 24);
  checkContent();
  await checkQuarantine();
}

/** What arrived, asked without godwit. */
function checkContent(): void {
  const whole = (sql: string): number => Number(askSql(target, sql));
  const people = Number(askSql(source, 'SELECT count(*) FROM contacts'));
  const kept = whole('SELECT count(*) FROM people');
  stage.check(
    'most people arrived, the broken ones did not',
    kept < people && kept > people * 0.97,
    `${kept} of ${people}`,
  );
  stage.check(
    'no long remark was cut: each is whole in comments',
    whole('SELECT count(*) FROM comments WHERE length(body) = 500') >= planted.overlongRemarks - 3,
  );
  stage.check('every remark that fits is there', whole('SELECT max(length(about)) FROM people') <= 255);
  stage.check('no reference leads nowhere', whole('SELECT count(*) FROM pragma_foreign_key_check') === 0);
  stage.check(
    'the circle is closed',
    whole('SELECT count(*) FROM companies WHERE main_person_id IS NOT NULL') > 200,
  );
  stage.check(
    'titles and double spaces are gone',
    whole(
      "SELECT count(*) FROM people WHERE full_name LIKE 'Dr%' OR full_name LIKE '%  %' OR full_name = ''",
    ) === 0,
  );
  stage.check('every e-mail address has its own row', whole('SELECT count(*) FROM person_emails') > kept);
  const sums = ['old', 'new'].map((side) =>
    side === 'old'
      ? askSql(
          source,
          `SELECT printf('%.2f', sum(amount)) FROM deals WHERE id IN (${askSql(target, 'SELECT group_concat(id) FROM opportunities')})`,
        )
      : askSql(target, "SELECT printf('%.2f', sum(amount)) FROM opportunities"),
  );
  stage.check('the money adds up', sums[0] === sums[1], sums.join(' and '));
}

/** What did not arrive is in quarantine, each record once for each object it should have become. */
async function checkQuarantine(): Promise<void> {
  const { entries } = (await stage.ask(['quarantine', 'list'])) as {
    readonly entries: readonly { readonly object: string; readonly keyDigest: string }[];
  };
  for (const [object, from, to] of [
    ['companies', 'accounts', 'companies'],
    ['people', 'contacts', 'people'],
    ['opportunities', 'deals', 'opportunities'],
    ['events', 'activities', 'events'],
  ] as const) {
    const missing =
      Number(askSql(source, `SELECT count(*) FROM ${from}`)) -
      Number(askSql(target, `SELECT count(*) FROM ${to}`));
    const kept = new Set(entries.filter((entry) => entry.object === object).map((entry) => entry.keyDigest))
      .size;
    stage.check(
      `every record of ${from} that did not arrive is in quarantine`,
      missing === kept && missing > 0,
      `${missing} and ${kept}`,
    );
  }
}

async function damageAndRepair(): Promise<void> {
  stage.say('6. AUDIT. Somebody changes one name in the new system, behind godwit’s back.');
  const before = askSql(target, 'SELECT full_name FROM people WHERE id = 17');
  changeSql(target, "UPDATE people SET full_name = 'Mallory' WHERE id = 17");
  const found = await stage.godwit(['audit', '--show-values'], 1, 6);
  stage.check(
    'the audit names the record, the field and both values',
    found.includes('people ["17"]') && found.includes(`"${before}"`) && found.includes('"Mallory"'),
  );
  await stage.godwit(['repair'], 0, 6);
  stage.check('the value is back', askSql(target, 'SELECT full_name FROM people WHERE id = 17') === before);
  await stage.godwit(['audit'], 0, 4);
  stage.say('Ben owns the data: he looks at the audit and signs the result.');
  await stage.godwit(['approve', 'result', '--key', 'keys/ben.key'], 0, 3);
  await stage.godwit(['report'], 0, 3);
  copyFileSync(join(folder, 'reports/report.html'), join(folder, 'reports/after-the-run.html'));
}

async function goBack(): Promise<void> {
  stage.say(
    '7. GO BACK. All of it, record by record; then look whether the new system is as empty as it was.',
  );
  await stage.godwit(['rollback'], 0, 12);
  const left = [
    'companies',
    'people',
    'person_emails',
    'opportunities',
    'events',
    'comments',
    'files',
  ].filter((name) => askSql(target, `SELECT count(*) FROM ${name}`) !== '0');
  stage.check('every relation of the target is empty again', left.length === 0, left.join(', '));
}

async function prove(): Promise<void> {
  stage.say('8. PROVE. Everything that was decided and done, in one chain nobody can change unnoticed.');
  await stage.godwit(['ledger', 'verify'], 0, 8);
  const ledger = join(folder, '.godwit/ledger/entries.jsonl');
  await stage.godwit(['report'], 0, 3);
  stage.check(
    'no personal value stands in the ledger',
    !readFileSync(ledger, 'utf8').includes('@mail.example'),
  );
}

function end(): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (stage.failures.length > 0) {
    stage.say(`${stage.failures.length} checks of the demo FAILED:\n  ${stage.failures.join('\n  ')}`);
    process.exitCode = 1;
    return;
  }
  stage.say(`Done in ${seconds} s; every check of the demo held.

  reports  demo-output/reports/after-the-run.html, and report.html after going back (they open without a network)
  facts    demo-output/facts/
  runbook  demo-output/runbook.yaml
  log      demo-output/demo.log

For a database of your own:
  npm run build && npm install --global .
  mkdir my-move && cd my-move && godwit init`);
}
