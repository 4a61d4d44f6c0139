import { isBuiltin } from 'node:module';
import type { SourceFile } from './source-tree.ts';
import { type UsedNames, usedNames } from './used-names.ts';

/** What a file of a room takes from the machine, or from a warrant, without the right to: law and message. */
export interface Breach {
  readonly law: string;
  readonly message: string;
}

interface MachineLaw {
  readonly law: string;
  readonly message: string;
  /** Rooms to which it applies. */
  applies(room: string): boolean;
  /** Dotted names that may not be used, called, or imported (`node:crypto randomBytes`). */
  readonly names?: RegExp;
  readonly calls?: RegExp;
  readonly taken?: RegExp;
}

const thinkingRooms = new Set(['model', 'expressions', 'mapping', 'risk', 'runbook', 'guard']);
/** Rooms that hold an open system and are not the engine; they may read from its writing side. */
const besideEngine = new Set([
  'profile',
  'audit',
  'sync',
  'rehearsal',
  'practice',
  'project',
  'cli',
  'server',
  'mcp',
]);

const laws: readonly MachineLaw[] = [
  {
    law: 'environment',
    message: 'reads the environment outside project',
    applies: (room) => room !== 'project',
    // `process` handed on as a whole could be asked for its environment anywhere.
    names: /^process\.(?:env\b|\*)|^process$/,
    taken: /^(?:node:)?process /,
  },
  {
    law: 'clocks',
    message: 'uses a clock, a timer or randomness outside host',
    applies: (room) => room !== 'host',
    names:
      /^Date\.now\b|^performance\b|^Math\.random\b|^set(?:Timeout|Interval|Immediate)$|^crypto\b|^process\.(?:hrtime|uptime)\b|^Temporal\.Now\b|^AbortSignal\.timeout\b/,
    calls: /^Date$/,
    taken: /^(?:node:)?(?:timers|perf_hooks)\b|^(?:node:)?crypto (?:\*|random\w+|getRandomValues|webcrypto)$/,
  },
  {
    law: 'thinking',
    message: 'uses the machine in a thinking room',
    applies: (room) => thinkingRooms.has(room),
    names: /^(?:Buffer|process|fetch|WebSocket|navigator)\b/,
  },
  {
    law: 'drivers',
    message: 'loads a module in a way nobody can check',
    applies: () => true,
    names: /^require$|^process\.getBuiltinModule\b|^import\.meta\.resolve\b/,
    taken: /^(?:node:)?module (?:\*|createRequire|register\w*|Module)$/,
  },
  {
    law: 'warrant',
    message: 'makes a warrant outside runbook',
    applies: (room) => room !== 'runbook' && room !== 'model',
    names: /(?:^|\.)Warrant\./,
    taken: / Warrant$/,
  },
  {
    law: 'warrant',
    message: 'writes to a target past the engine',
    applies: (room) => besideEngine.has(room),
    calls:
      /\.(?:writes|undoes|creates)\.(?!applied$|resolve$|statements$)|\.(?:writeSlice|undoSlice|advanceSequences)$/,
  },
];

export function machineBreaches(file: SourceFile, room: string): readonly Breach[] {
  const used = usedNames(file.path, file.text);
  const builtin = thinkingRooms.has(room) ? file.imports.find((name) => isBuiltin(name)) : undefined;
  return [
    ...laws
      .filter((law) => law.applies(room))
      .flatMap((law) => {
        const what = breach(law, used);
        return what === undefined ? [] : [{ law: law.law, message: `${law.message}: ${what}` }];
      }),
    ...(builtin === undefined
      ? []
      : [{ law: 'thinking', message: `imports ${builtin}; a thinking room knows no machine` }]),
  ];
}

function breach({ names, calls, taken }: MachineLaw, used: UsedNames): string | undefined {
  return (
    used.names.find((name) => names?.test(name)) ??
    used.calls.find((name) => calls?.test(name)) ??
    used.taken.find((name) => taken?.test(name))
  );
}

/** In the engine one file alone touches a target's writing side, and that file asks the warrant. */
export function touchesTarget(file: SourceFile): boolean {
  const { names, calls } = usedNames(file.path, file.text);
  if (!names.some((name) => /\.(?:writes|undoes|creates)\b/.test(name))) return false;
  return file.path !== 'src/engine/warranted-target.ts' || !calls.some((name) => name.endsWith('.permit'));
}
