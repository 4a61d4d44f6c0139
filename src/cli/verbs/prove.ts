import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { GodwitError } from '../../model/index.ts';
import {
  acceptWitness,
  eraseBody,
  keyPassphrase,
  lastEntries,
  noteInLedger,
  offerLedger,
  openKey,
  operatorOf,
  readNote,
  readTrustFile,
  trustOf,
  trustPath,
  verifyBundleFile,
  verifyOwnLedger,
  witnessOffer,
  writeBundle,
  writeTrustRoot,
} from '../../project/index.ts';
import { counted, ledgerSection } from '../../reports/index.ts';
import { passphrase } from '../ask-passphrase.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-value.ts';
import type { Output } from '../output.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface ProveFlags extends CommonOptions {
  readonly last?: number;
  readonly trust?: string;
  readonly out?: string;
  readonly from?: number;
  readonly witness?: readonly string[];
  readonly witnessed?: readonly string[];
  readonly needed?: number;
  readonly run?: string;
}

interface NoteFlags extends CommonOptions {
  readonly as?: string;
  readonly reason?: string;
}

interface WitnessFlags extends CommonOptions {
  readonly trust: string;
  readonly key: string;
  readonly seen: string;
  readonly out?: string;
}

/** The verbs by which others are shown what was done: `ledger show`, `note`, `read`, `erase`, `verify`, `bundle`, `trust`, `offer`, `witness`, `accept`. */
export function addLedgerVerbs(program: Command, run: VerbRunner): void {
  const ledger = program.command('ledger').description('the signed history of decisions and acts');
  withCommonOptions(ledger.command('show').description('the last entries of the ledger'))
    .option('--last <number>', 'how many', (text) => wholeNumber('--last', text, 1_000_000), 40)
    .action((flags: ProveFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const entries = lastEntries(project, options.last ?? 40);
        output.section(ledgerSection(entries));
        output.result({ entries });
        output.next('`godwit ledger verify`');
        return exitCode.done;
      }),
    );
  addNotes(ledger, run);
  addVerify(ledger, run);
  addBundle(ledger, run);
  addTrust(ledger, run);
  addOffer(ledger, run);
  addWitness(ledger, run);
}

/** What a person tells the ledger, and the one thing that can be taken away again: its text. */
function addNotes(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger
      .command('note <text>')
      .description('tell the ledger what no program saw: what was done by hand; the text is kept sealed'),
  )
    .option('--as <person>', 'who says it (default: the only operator)')
    .action((text: string, flags: NoteFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const { entry, by } = await noteInLedger(project, operatorOf(project, options.as), text);
        output.line(`entry ${entry}: noted by ${by}`);
        output.result({ entry, by });
        output.next(`\`godwit ledger read ${entry}\``);
        return exitCode.done;
      }),
    );
  withCommonOptions(
    ledger.command('read <entry>').description('what a person noted in this entry, if it was not erased'),
  ).action((entry: string, flags: NoteFlags) =>
    run.onProject(flags, async (project, _options, { output }) => {
      const note = await readNote(project, wholeNumber('<entry>', entry, 999_999_999));
      output.line(
        `${note.by}, ${note.time}\n${note.text ?? (note.erased ? 'erased' : 'kept on another machine')}`,
      );
      output.result(note);
      return exitCode.done;
    }),
  );
  withCommonOptions(
    ledger
      .command('erase <entry>')
      .description('erase what is kept of an entry beside the ledger; the ledger stays valid and says so'),
  )
    .requiredOption('--reason <why>', 'why; it stays in the ledger, so it names nobody')
    .option('--as <person>', 'who does it (default: the only operator)')
    .action((entry: string, flags: NoteFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const erased = await eraseBody(project, operatorOf(project, options.as), {
          entry: wholeNumber('<entry>', entry, 999_999_999),
          reason: options.reason ?? '',
        });
        output.line(
          erased.gone ? `entry ${erased.entry}: body and salt are gone` : 'they were not here any more',
        );
        output.result(erased);
        output.next('erase it in backups of .godwit/ too; `godwit ledger verify`');
        return exitCode.done;
      }),
    );
}

function addVerify(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger
      .command('verify [bundle]')
      .description(
        'check every entry, the chain and every checkpoint of the ledger; or a proof bundle, offline',
      ),
  )
    .option('--trust <file>', 'the trust root to check by (needed for a bundle; default: this folder itself)')
    .option('--witnessed <notes...>', 'checkpoints that somebody else has kept (not for a bundle)')
    .action((bundle: string | undefined, flags: ProveFlags) =>
      bundle === undefined
        ? run.onProject(flags, async (project, { trust, witnessed = [] }, { output }) => {
            const root = trust === undefined ? {} : { trust: readTrustFile(trust) };
            return tellLedger(await verifyOwnLedger(project, { ...root, witnessed }), output);
          })
        : run.plain(flags, async ({ output }) =>
            tellBundle(verifyBundleFile(bundle, readTrustFile(flags.trust ?? 'trust.json')), output),
          ),
    );
}

function tellLedger(verdict: Awaited<ReturnType<typeof verifyOwnLedger>>, output: Output): ExitCode {
  output.line(
    verdict.intact
      ? `intact: ${counted(verdict.entries, 'entry', 'entries')}, ${counted(verdict.checkpoints.length, 'checkpoint')}, root ${verdict.root}`
      : 'NOT INTACT',
  );
  if (verdict.bodiesErased > 0)
    output.line(
      `${counted(verdict.bodiesErased, 'body', 'bodies')} erased, each with an entry that says by whom and why`,
    );
  for (const { what } of verdict.problems) output.line(`problem: ${what}`);
  for (const { witness, size, time } of verdict.cosignatures)
    output.line(`${witness} signed the first ${counted(size, 'entry', 'entries')} at ${time}`);
  tellUnproven(verdict.notProven, output);
  output.result(verdict);
  return verdict.intact ? exitCode.done : exitCode.found;
}

function tellBundle(verdict: ReturnType<typeof verifyBundleFile>, output: Output): ExitCode {
  output.line(verdict.holds ? `holds: evidence of ${verdict.project}` : 'DOES NOT HOLD');
  for (const { code, line, what } of verdict.problems)
    output.line(`problem (${code}, line ${line}): ${what}`);
  if (verdict.holds) output.line('\nThis proves to whoever believes the trust root:');
  for (const line of verdict.proven) output.line(`- ${line}`);
  tellUnproven(verdict.notProven, output);
  output.result(verdict);
  return verdict.holds ? exitCode.done : exitCode.found;
}

function tellUnproven(lines: readonly string[], output: Output): void {
  output.line('\nThis does not prove:');
  for (const line of lines) output.line(`- ${line}`);
}

function addBundle(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger.command('bundle').description('write one file with which others can check offline what was done'),
  )
    .option('--run <run>', 'only what belongs to this run (default: the whole ledger)')
    .option('--trust <file>', 'the trust root it has to fit (default: trust.json where there is one)')
    .option('--out <file>', 'where it goes', 'evidence.gwproof')
    .action((flags: ProveFlags) =>
      run.onProject(
        flags,
        async (project, { trust, run: name = null, out = 'evidence.gwproof' }, { output }) => {
          const known = trust !== undefined || existsSync(trustPath(project));
          const root = known ? trustOf(project, trust) : null;
          const { file, verdict, entriesAfter } = await writeBundle(project, { run: name, trust: root, out });
          output.line(
            `${counted(verdict.entries, 'entry', 'entries')} of ${verdict.size}, ${counted(verdict.runs.length, 'run')}, ${counted(verdict.witnesses.length, 'witness', 'witnesses')}\nwritten: ${file}`,
          );
          if (entriesAfter > 0)
            output.line(
              `not in it: the ${counted(entriesAfter, 'newest entry', 'newest entries')}, which no witness has seen`,
            );
          output.result({ file, entriesAfter, ...verdict });
          output.next(
            '`godwit ledger verify <bundle> --trust trust.json`, where the trust root came on another way',
          );
          return exitCode.done;
        },
      ),
    );
}

function addTrust(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger
      .command('trust')
      .description('write the trust root: all that somebody outside needs to check this ledger'),
  )
    .option('--witness <name=key...>', 'a witness: its name and its public key (default: those of the file)')
    .option(
      '--needed <number>',
      'how many witnesses must have signed (default: one, where there are any)',
      (text) => wholeNumber('--needed', text, 20),
    )
    .option('--out <file>', 'where it goes (default: trust.json in the project folder)')
    .action((flags: ProveFlags) =>
      run.onProject(flags, async (project, { witness = [], needed, out = null }, { output }) => {
        const { file, trust } = writeTrustRoot(project, {
          witnesses: witness.map(witnessKey),
          witnessesNeeded: needed ?? null,
          out,
        });
        output.line(
          `ledger ${trust.origin}, runner ${trust.runnerKey}\n${counted(trust.witnesses.length, 'witness', 'witnesses')}, needed ${trust.witnessesNeeded}\nwritten: ${file}`,
        );
        output.result({ file, ...trust });
        output.next('give this file to everybody who is to check, on a way of their own, before the move');
        return exitCode.done;
      }),
    );
}

function addOffer(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger.command('offer').description('write what a witness needs to sign: a checkpoint and its proof'),
  )
    .option('--from <number>', 'entries the witness saw last (default: those it signed last here)', (text) =>
      text === '0' ? 0 : wholeNumber('--from', text, 999_999_999),
    )
    .option('--trust <file>', 'the trust root that names the witnesses (default: trust.json)')
    .option('--out <file>', 'where it goes', 'checkpoint.offer')
    .action((flags: ProveFlags) =>
      run.onProject(flags, async (project, { from = null, trust, out = 'checkpoint.offer' }, { output }) => {
        const known = trust !== undefined || existsSync(trustPath(project));
        const offered = await offerLedger(project, known ? trustOf(project, trust) : null, { from, out });
        output.line(
          `${counted(offered.size, 'entry', 'entries')}, proven from entry ${offered.from} on\nwritten: ${offered.file}`,
        );
        output.result(offered);
        output.next('give it to the witness, who runs `godwit ledger witness`');
        return exitCode.done;
      }),
    );
}

function addWitness(ledger: Command, run: VerbRunner): void {
  withCommonOptions(
    ledger
      .command('witness <offer>')
      .description('on another machine: look whether the ledger only grew since last time, and sign that'),
  )
    .requiredOption('--trust <file>', 'the trust root, which names this witness and the ledger')
    .requiredOption('--key <file>', 'the key of this witness')
    .requiredOption('--seen <folder>', 'where this witness remembers what it signed')
    .option('--out <file>', 'where the signed checkpoint goes (default: beside the offer, as .note)')
    .action((offer: string, flags: WitnessFlags) =>
      run.plain(flags, async ({ output }) => {
        const key = openKey(flags.key, keyPassphrase() ?? (await passphrase(`Passphrase of ${flags.key}`)));
        const out = flags.out ?? `${offer.replace(/\.offer$/, '')}.note`;
        const signed = witnessOffer(readTrustFile(flags.trust), key, { offer, seen: flags.seen, out });
        output.line(
          `${signed.witness} signed the first ${counted(signed.size, 'entry', 'entries')}\nwritten: ${signed.file}`,
        );
        output.result(signed);
        output.next('give it back to the owner of the ledger, who runs `godwit ledger accept`');
        return exitCode.done;
      }),
    );
  withCommonOptions(
    ledger.command('accept <note>').description('keep what a witness signed beside the checkpoint it signed'),
  )
    .option('--trust <file>', 'the trust root that names the witness (default: trust.json)')
    .action((note: string, flags: ProveFlags) =>
      run.onProject(flags, async (project, { trust }, { output }) => {
        const { size, cosignatures } = await acceptWitness(project, trustOf(project, trust), note);
        for (const { witness, time } of cosignatures)
          output.line(`${witness} signed the first ${counted(size, 'entry', 'entries')} at ${time}`);
        output.result({ size, cosignatures });
        output.next('`godwit ledger verify --trust trust.json`');
        return exitCode.done;
      }),
    );
}

function witnessKey(text: string): { readonly name: string; readonly publicKey: string } {
  const [, name, publicKey] = /^([^\s+=]+)=(ed25519:\S+)$/.exec(text) ?? [];
  if (name !== undefined && publicKey !== undefined) return { name, publicKey };
  throw new GodwitError({
    code: 'cli.wrong-flag',
    title: `--witness ${text} is not a name and a public key`,
    detail: 'accepted: <name>=ed25519:<key>, the name without spaces and plus signs',
    nextStep: 'Give one, for example --witness ci.example/w1=ed25519:...',
    fate: 'never',
  });
}
