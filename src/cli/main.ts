import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { exitCode } from './exit-code.ts';
import { addBeginVerbs } from './verbs/begin.ts';
import { addDecideVerbs } from './verbs/decide.ts';
import { addKnowVerbs } from './verbs/know.ts';
import { addLookVerbs } from './verbs/look.ts';
import { addMoveVerbs } from './verbs/move.ts';
import { addShowVerbs } from './verbs/show.ts';

/** `godwit`: from the command line to a verb of `project`. Knows flags, text and exit codes; nothing else. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('godwit')
  .description('Moves business-critical records from one system to another, and can prove what it did.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(add --help for the flags of a verb)')
  .showSuggestionAfterError();

addBeginVerbs(program);
addLookVerbs(program);
addKnowVerbs(program);
addDecideVerbs(program);
addMoveVerbs(program);
addShowVerbs(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrong;
}
