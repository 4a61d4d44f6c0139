import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { programMissing } from './faults.ts';

/** A program of this machine, called without a shell: nothing in its arguments is ever read as anything but an argument. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  /** All it sees of the environment. Secrets go here and never into `args`, which every user of the machine can read. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** What it reads on its standard input; nothing when left out. */
  readonly input?: { readonly text: string } | { readonly file: string };
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly exit: number | null;
  /** The last 256 KiB of what it printed. */
  readonly out: string;
  readonly err: string;
}

const keptChars = 262_144;
const patienceMs = 5_000;

/**
 * Runs it to its end. When the signal comes, it and everything it started are asked to end, and after five seconds made to;
 * then this rejects with the signal's reason. Throws `host.program-missing`.
 */
export async function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  call.signal.throwIfAborted();
  const child = spawn(call.program, [...call.args], {
    cwd: call.folder,
    env: { ...call.environment },
    stdio: [call.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    // A group of its own: a Ctrl-C at the terminal reaches godwit, which then ends the group in order.
    detached: process.platform !== 'win32',
  });
  const ending = endOf(child, call);
  const [out, err] = [tailOf(child.stdout), tailOf(child.stderr)];
  const onAbort = (): void => endGroup(child);
  call.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const [exit] = await Promise.all([ending, fed(child, call)]);
    call.signal.throwIfAborted();
    return { exit, out: out(), err: err() };
  } finally {
    call.signal.removeEventListener('abort', onAbort);
  }
}

function endOf(child: ChildProcess, { program }: ProgramCall): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'ENOENT' || cause.code === 'EACCES' ? programMissing(program, cause) : cause),
    );
    child.once('close', (exit) => resolve(exit));
  });
}

/** A program that ends before it has read everything is judged by how it ended, not by its closed pipe. */
async function fed({ stdin }: ChildProcess, { input }: ProgramCall): Promise<void> {
  if (!stdin || !input) return;
  try {
    if ('file' in input) await pipeline(createReadStream(input.file), stdin);
    else await pipeline([input.text], stdin);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET') throw error;
  }
}

function tailOf(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptChars);
  });
  return () => text;
}

function endGroup(child: ChildProcess): void {
  const tell = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has just ended by itself.
    }
  };
  tell('SIGTERM');
  setTimeout(tell, patienceMs, 'SIGKILL').unref();
}
