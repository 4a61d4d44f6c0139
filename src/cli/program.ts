import { Command } from 'commander';
import { addBeginVerbs } from './verbs/begin.ts';
import { addDecideVerbs } from './verbs/decide.ts';
import { addKnowVerbs } from './verbs/know.ts';
import { addLookVerbs } from './verbs/look.ts';
import { addMoveVerbs } from './verbs/move.ts';
import { addShowVerbs } from './verbs/show.ts';

/** All verbs and flags, in the order in which help and the reference show them; parses nothing yet. */
export function makeProgram(version: string): Command {
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
  return program;
}
