import type { Command, CommanderError } from 'commander';
import { GodwitError } from '../model/index.ts';

/** A command line that cannot be read, told like every other error: what was given, what is accepted, what to do. */
export function wrongWords(error: CommanderError, program: Command, words: readonly string[]): GodwitError {
  const command = commandOf(program, words);
  const name = [program.name(), ...pathTo(command, program)].join(' ');
  const flags = command.options.map(({ flags: text }) => text).join(', ');
  const verbs = command.commands.map((child) => child.name()).join(', ');
  return new GodwitError({
    code: 'cli.wrong-flag',
    title: error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '),
    detail: verbs === '' ? `accepted by ${name}: ${flags}` : `verbs of ${name}: ${verbs}`,
    nextStep: `\`${name} --help\` says what each is for.`,
    fate: 'never',
  });
}

/** The verb the words begin with, as far as they name one. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word);
    if (!child) break;
    command = child;
  }
  return command;
}

function pathTo(command: Command, program: Command): readonly string[] {
  if (command === program || command.parent === null) return [];
  return [...pathTo(command.parent, program), command.name()];
}
