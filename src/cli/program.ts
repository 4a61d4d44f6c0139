import { Command } from 'commander';
import type { OutputStreams } from './output.ts';
import { VerbRunner } from './run-verb.ts';
import { addApproveVerbs } from './verbs/approve.ts';
import { addBeginVerbs } from './verbs/begin.ts';
import { addDecideVerbs } from './verbs/decide.ts';
import { addDrillVerbs } from './verbs/drill.ts';
import { addIdVerb } from './verbs/id.ts';
import { addKnowVerbs } from './verbs/know.ts';
import { addLookVerbs } from './verbs/look.ts';
import { addMoveVerbs } from './verbs/move.ts';
import { addPracticeVerbs } from './verbs/practise.ts';
import { addShowVerbs } from './verbs/show.ts';
import { addStopVerb } from './verbs/stop.ts';
import { addWorkerVerb } from './verbs/worker.ts';

/** All verbs and flags, in the order in which help and the reference show them; parses nothing yet. */
export function makeProgram(
  version: string,
  streams: OutputStreams,
  run: VerbRunner = new VerbRunner(streams),
): Command {
  const program = new Command('godwit')
    .description('Moves business-critical records from one system to another, and can prove what it did.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
      // Told by `runCli`, in the form of every other error.
      outputError: () => undefined,
    })
    .showSuggestionAfterError();
  addBeginVerbs(program, run);
  addLookVerbs(program, run);
  addKnowVerbs(program, run);
  addDecideVerbs(program, run);
  addApproveVerbs(program, run);
  addDrillVerbs(program, run);
  addMoveVerbs(program, run);
  addWorkerVerb(program, run);
  addStopVerb(program, run);
  addShowVerbs(program, run);
  addIdVerb(program, run);
  addPracticeVerbs(program, run);
  return inheritOutput(program);
}

/** Subcommands are made before they know their parent's settings. */
function inheritOutput(command: Command): Command {
  for (const child of command.commands) inheritOutput(child.copyInheritedSettings(command));
  return command;
}
