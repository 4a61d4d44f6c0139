import type { Command } from 'commander';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { numberAbove, wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface SalesforceFlags extends CommonOptions {
  readonly port: string;
  readonly state: string;
  readonly org?: string;
  readonly faults?: string;
  readonly speed: string;
  readonly start?: string;
}

/** `practice salesforce`: a stand-in for a SaaS system, until it is stopped. */
export function addPracticeVerbs(program: Command, run: VerbRunner): void {
  const practice = program.command('practice').description('a stand-in for a SaaS system, on this machine');
  withCommonOptions(
    practice
      .command('salesforce')
      .description('a practice Salesforce with limits, refusals and faults, until Ctrl-C'),
  )
    .option('--port <number>', 'port of this machine; 0 for any that is free', '7070')
    .option('--state <file>', 'SQLite file that keeps everything', 'practice-salesforce.sqlite')
    .option('--org <file>', 'YAML file that describes edition, users, objects and rules')
    .option('--faults <file>', 'YAML file with what goes wrong, and when')
    .option('--speed <times>', 'how many times as fast as the clock on the wall its time runs', '1')
    .option('--start <instant>', 'when its time begins (default: where it stopped last, else now)')
    .action((flags: SalesforceFlags) => run.plain(flags, (desk) => salesforce(flags, desk)));
}

async function salesforce(flags: SalesforceFlags, { output, signal }: Desk): Promise<ExitCode> {
  // Only this verb needs a server: all others start faster without.
  const { openPracticeSalesforce } = await import('../../practice/index.ts');
  const { state, org, faults, start } = flags;
  await using server = await openPracticeSalesforce({
    state,
    port: flags.port === '0' ? 0 : wholeNumber('--port', flags.port, 65_535),
    speed: numberAbove('--speed', flags.speed, 1_000_000),
    ...(org === undefined ? {} : { org }),
    ...(faults === undefined ? {} : { faults }),
    ...(start === undefined ? {} : { start }),
  });
  output.result({ url: server.url, state });
  output.line(`practice Salesforce: ${server.url}, kept in ${state}`);
  output.next(`ask ${server.url}/services/oauth2/token for a token; Ctrl-C ends it`);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return exitCode.done;
}
