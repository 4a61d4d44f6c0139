import type { Command, Option } from 'commander';
import { makeProgram } from '../../src/cli/program.ts';
import type { Ability, Capabilities } from '../../src/connectors/index.ts';
import { filesConnector, hubspot, mysql, postgres, salesforce, sqlite } from '../../src/connectors/index.ts';
import { pushedDown } from '../../src/expressions/index.ts';
import { fidelityPage } from './fidelity-page.ts';

/** The pages of the reference that are written by the code they speak of. `npm run docs` writes them, a test compares. */
export const referencePages: Readonly<Record<string, () => string>> = {
  'docs/reference/commands.md': commandsPage,
  'docs/reference/capabilities.md': capabilitiesPage,
  'docs/reference/mapping-in-sql.md': mappingInSqlPage,
  'docs/reference/fidelity.md': fidelityPage,
};

export interface VerbOnPage {
  /** `quarantine replay` */
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly options: readonly Option[];
}

/** Every verb that does something: a verb with verbs below it is only their name. */
export function listVerbs(
  program: Command = makeProgram('', { out: process.stdout, err: process.stderr }),
): readonly VerbOnPage[] {
  return program.commands.flatMap((command) => verbsBelow(command, ''));
}

function verbsBelow(command: Command, before: string): readonly VerbOnPage[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => verbsBelow(child, `${name} `));
  const values = command.registeredArguments.map((argument) => {
    const shown = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? ` <${shown}>` : ` [${shown}]`;
  });
  return [
    {
      name,
      usage: `godwit ${name}${values.join('')}`,
      description: command.description(),
      options: command.options,
    },
  ];
}

/** Chapters in the order of a migration's life. */
const chapters: readonly (readonly [title: string, verbs: readonly string[]])[] = [
  ['Begin', ['init', 'check', 'inspect']],
  ['Know', ['profile', 'map check', 'assess']],
  [
    'Decide',
    [
      'keys new',
      'approve mapping',
      'approve finding',
      'plan',
      'approve runbook',
      'approve request runbook',
      'approve request finding',
      'approve request people',
      'approve request mapping',
      'approve request step',
      'approve request check',
      'approve request continue',
      'approve request result',
      'approve request break-glass',
      'approve request review',
      'approve answer',
      'approve import',
      'approve result',
      'approve continue',
      'approve step',
      'approve check',
      'approve people',
      'approve break-glass',
      'approve review',
    ],
  ],
  ['Try what has to work', ['drill backup', 'drill restore', 'drill rollback', 'drill monitoring']],
  ['Move', ['rehearse', 'run', 'worker', 'stop', 'repair', 'rollback']],
  [
    'See',
    [
      'status',
      'id',
      'quarantine list',
      'quarantine show',
      'quarantine replay',
      'audit',
      'ledger show',
      'ledger note',
      'ledger read',
      'ledger erase',
      'report',
    ],
  ],
  [
    'Prove',
    ['ledger verify', 'ledger bundle', 'ledger trust', 'ledger offer', 'ledger witness', 'ledger accept'],
  ],
  ['Practise', ['practice salesforce', 'practice hubspot']],
];

const common = new Set(['--project', '--json']);

function commandsPage(): string {
  const verbs = listVerbs();
  const placed = new Set(chapters.flatMap(([, names]) => names));
  const unplaced = verbs.filter(({ name }) => !placed.has(name)).map(({ name }) => name);
  if (unplaced.length > 0) throw new RangeError(`no chapter has the verb ${unplaced.join(', ')}`);
  const parts = chapters.flatMap(([title, names]) => [
    `## ${title}\n`,
    ...names.map((name) => {
      const verb = verbs.find((one) => one.name === name);
      if (!verb) throw new RangeError(`there is no verb ${name}`);
      return verbPart(verb);
    }),
  ]);
  return `${[commandsHead(verbs), ...parts].join('\n').trimEnd()}\n`;
}

function commandsHead(verbs: readonly VerbOnPage[]): string {
  const shared = verbs[0]?.options.filter(({ long }) => common.has(long ?? '')) ?? [];
  return `<!-- Written by \`npm run docs\` from the command line's own program; a test compares. -->

# Commands

Every verb ends with a line \`next:\` that says what usually comes now. What a shell sees is in [exit codes](exit-codes.md); how to use
the verbs from scripts is in [a guide of its own](../guides/use-from-scripts.md). Every verb takes:

${optionTable(shared)}

and \`--help\`. Passphrases and passwords are never flags: they come from the environment or are asked for on a terminal, see
[secrets](../concepts/secrets-and-kept-data.md).
`;
}

function verbPart({ name, usage, description, options }: VerbOnPage): string {
  const own = options.filter(({ long }) => !common.has(long ?? ''));
  const table = own.length === 0 ? '' : `\n${optionTable(own)}\n`;
  return `### ${name}\n\n\`${usage}\`: ${description}.\n${table}`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, defaultValue, defaultValueDescription, mandatory }) => {
    const shown = defaultValueDescription ?? defaultValue;
    const given = ['string', 'number'].includes(typeof shown) ? ` (default: ${String(shown)})` : '';
    return `| \`${flags}\` | ${description.replaceAll('|', '\\|').replaceAll('<', '&lt;')}${given}${mandatory ? ' (required)' : ''} |`;
  });
  return ['| flag | |', '|---|---|', ...rows].join('\n');
}

/** What each ability is, for people. */
const abilities: Readonly<Record<Ability, string>> = {
  inspect: 'says everything it holds: relations, fields, types, keys, references, rules',
  read: 'is read without dropping a record',
  'consistent-snapshot': 'shows one moment to everything that is read through it',
  write: 'takes records',
  'transactional-slices': 'takes a slice whole, with its checkpoint, or not at all',
  upsert: 'changes a record with the same key, adds the others',
  update: 'sets fields of records that are there (second pass of a cycle)',
  'assigns-ids': 'gives new ids, which are captured for links',
  constraints: 'itself refuses duplicate keys, missing values, dangling references',
  undo: 'gives back what a run wrote',
  'create-relations': 'makes relations it does not have',
  sandbox: 'makes a sandbox beside itself for rehearsals',
  'replica-lag': 'tells how far its replicas are behind (MariaDB: how far it is behind itself, as a replica)',
  'lock-waits': 'tells who waits for locks of godwit',
  'log-written': 'tells how much it has written into its log',
  'log-kept': 'tells how much of its log it keeps (PostgreSQL: for replication slots)',
  'api-calls': 'tells how many calls are left of its quota',
  'others-at-work': 'tells whether others work on it',
  'lock-holders': 'tells who holds a lock that godwit waits for',
};

function capabilitiesPage(): string {
  const shelves: readonly Capabilities[] = [
    sqlite.capabilities,
    postgres.capabilities,
    mysql.capabilities,
    filesConnector('csv').capabilities,
    filesConnector('jsonl').capabilities,
    salesforce.capabilities,
    hubspot.capabilities,
  ];
  const kinds = shelves.map(({ kind }) => kind);
  const names = Object.keys(abilities) as Ability[];
  const rows = names.map((ability) => {
    const cells = shelves.map((shelf) => (shelf.abilities[ability] === true ? 'yes' : 'no'));
    return `| ${ability} | ${abilities[ability]} | ${cells.join(' | ')} |`;
  });
  return `<!-- Written by \`npm run docs\` from the shelves' own \`capabilities.ts\`; a test compares. -->

# What each system can do

One suite of tests holds every shelf to the same promises, on the real system. What a system cannot do is declared, with the
reason, and never silently passed over.

| ability | the system ... | ${kinds.join(' | ')} |
|---|---|${'---|'.repeat(kinds.length)}
${rows.join('\n')}

## Why not

${whyNot(shelves)}
`;
}

/** Reasons that several systems share are told once. */
function whyNot(shelves: readonly Capabilities[]): string {
  const told = new Map<string, string[]>();
  for (const { kind, abilities: held } of shelves)
    for (const [ability, reason] of Object.entries(held))
      if (reason !== true) {
        const line = `${ability}: ${reason}.`;
        told.set(line, [...(told.get(line) ?? []), kind]);
      }
  return [...told].map(([line, kinds]) => `- ${kinds.join(', ')}: ${line}`).join('\n');
}

function mappingInSqlPage(): string {
  const { functions, operators, casts } = pushedDown();
  const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return `<!-- Written by \`npm run docs\` from the lists of \`src/expressions/sql\`; a test compares. -->

# What a source computes of the mapping

Between two PostgreSQL servers a mapping need not be computed by godwit: where the source would give the very same values, it is asked
to, and the records travel through the pipe without being read. \`godwit run\` says of every step how it went:
\`through the pipe (binary COPY, its mapping computed by the source)\`, or \`record by record: its mapping is computed here: in
full_name, initcap() is computed here\`.

The result is the same either way, records that cannot go included. A property test holds every entry of this page against the closure,
on PostgreSQL 15 and 18, in a database of another locale and on fields whose collation takes \`a\` and \`A\` for the same. A server
may refuse more than the closure does, never less: a slice in which it refuses a value is brought over record by record, and what
still cannot go is put into quarantine with its reason.

- **Fields** are copied, or computed into boolean, integer, decimal, float, text, date, timestamp, instant, uuid, enum and jsonb
  fields. What would be cut or rounded on its way is refused, as everywhere.
- **Value maps** of up to 200 values, of texts, numbers, dates and labels of enums.
- **Purge rules**: the source counts by which rule a record stays behind.
- **Forms**: \`case\`, \`coalesce\`, \`nullif\`, \`greatest\`, \`least\`, \`in\`, \`between\`, \`and\`, \`or\`, \`not\`, \`is null\`,
  \`is true\`, \`is distinct from\`, and everything that can be computed beforehand because it reads no field.

- **Letters**: \`lower\` and \`upper\` without the server's own rules, which differ between locales, libraries and versions: letter
  by letter, by the list that godwit itself goes by. Texts of other alphabets than Latin, Greek and Cyrillic take longer that way.
- **JSON**: fields of type \`jsonb\` with at most 1,000 brackets in them; what is deeper fails there.
- **Floats**: only what IEEE 754 fixes to the last bit; no roots, powers and logarithms.

Computed here, always: \`lookup()\`, \`mask()\`, \`each\`, lists, fields of type \`json\`, intervals, regular expressions, \`initcap\`, and
whatever is not listed below. Time zones other than UTC (\`at time zone\`) too: their rules come with each server, and two servers
need not have the same. A database whose encoding is not UTF-8 only copies.

## Functions

${listed(functions)}

Of \`concat\`, \`concat_ws\` and \`||\` the arguments may be of any type named under comparisons.

## Operators

${listed(operators)}

## Casts

${listed(casts)}

and \`numeric(p,s)\`, \`varchar(n)\`, \`timestamp(n)\`, \`timestamptz(n)\`. Of texts only spellings that every version and every setting
reads alike: digits for numbers, \`2026-11-21\` and \`2026-11-21 10:00:00\` for times. Others make their slice go record by record.
`;
}
