import type { Command } from 'commander';
import type { PracticeOptions, PracticeServer } from '../../practice/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { numberAbove, wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface PracticeFlags extends CommonOptions {
  readonly port: string;
  readonly state: string;
  readonly faults?: string;
  readonly speed: string;
  readonly start?: string;
}

interface SalesforceFlags extends PracticeFlags {
  readonly org?: string;
}

interface HubspotFlags extends PracticeFlags {
  readonly account?: string;
}

/** `practice salesforce`, `practice hubspot`: stand-ins for SaaS systems, until they are stopped. */
export function addPracticeVerbs(program: Command, run: VerbRunner): void {
  const practice = program.command('practice').description('a stand-in for a SaaS system, on this machine');
  withPracticeOptions(
    practice
      .command('salesforce')
      .description('a practice Salesforce with limits, refusals and faults, until Ctrl-C'),
    { port: '7070', state: 'practice-salesforce.sqlite' },
  )
    .option('--org <file>', 'YAML file that describes edition, users, objects and rules')
    .action((flags: SalesforceFlags) => run.plain(flags, (desk) => salesforce(flags, desk)));
  withPracticeOptions(
    practice
      .command('hubspot')
      .description('a practice HubSpot with limits, refusals and faults, until Ctrl-C'),
    { port: '7071', state: 'practice-hubspot.sqlite' },
  )
    .option('--account <file>', 'YAML file that describes plan, apps, owners, objects and quirks')
    .action((flags: HubspotFlags) => run.plain(flags, (desk) => hubspot(flags, desk)));
}

function withPracticeOptions(
  command: Command,
  { port, state }: { readonly port: string; readonly state: string },
): Command {
  return withCommonOptions(command)
    .option('--port <number>', 'port of this machine; 0 for any that is free', port)
    .option('--state <file>', 'SQLite file that keeps everything', state)
    .option('--faults <file>', 'YAML file with what goes wrong, and when')
    .option('--speed <times>', 'how many times as fast as the clock on the wall its time runs', '1')
    .option('--start <instant>', 'when its time begins (default: where it stopped last, else now)');
}

async function salesforce(flags: SalesforceFlags, desk: Desk): Promise<ExitCode> {
  // Only these verbs need a server: all others start faster without.
  const { openPracticeSalesforce } = await import('../../practice/index.ts');
  const { org } = flags;
  const options = { ...optionsOf(flags), ...(org === undefined ? {} : { org }) };
  await using server = await openPracticeSalesforce(options);
  return await serve(server, options, desk, {
    name: 'Salesforce',
    next: `ask ${server.url}/services/oauth2/token for a token; Ctrl-C ends it`,
  });
}

async function hubspot(flags: HubspotFlags, desk: Desk): Promise<ExitCode> {
  const { openPracticeHubspot } = await import('../../practice/index.ts');
  const { account } = flags;
  const options = { ...optionsOf(flags), ...(account === undefined ? {} : { account }) };
  await using server = await openPracticeHubspot(options);
  return await serve(server, options, desk, {
    name: 'HubSpot',
    next: 'send `Authorization: Bearer pat-practice`, or the token of an app of --account; Ctrl-C ends it',
  });
}

function optionsOf({ state, port, speed, faults, start }: PracticeFlags): PracticeOptions {
  return {
    state,
    port: port === '0' ? 0 : wholeNumber('--port', port, 65_535),
    speed: numberAbove('--speed', speed, 1_000_000),
    ...(faults === undefined ? {} : { faults }),
    ...(start === undefined ? {} : { start }),
  };
}

async function serve(
  { url }: PracticeServer,
  { state }: PracticeOptions,
  { output, signal }: Desk,
  { name, next }: { readonly name: string; readonly next: string },
): Promise<ExitCode> {
  output.result({ url, state });
  output.line(`practice ${name}: ${url}, kept in ${state}`);
  output.next(next);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return exitCode.done;
}
