import { spawnSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

async function typed(
  line: string,
): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  const texts = { out: '', err: '' };
  const stream = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += String(chunk);
        done();
      },
    });
  const exit = await runCli(line.split(' '), { out: stream('out'), err: stream('err') });
  return { exit, ...texts };
}

describe('a command line that cannot be read', () => {
  test.each([
    ['frobnicate', "unknown command 'frobnicate'", 'verbs of godwit: init, check,'],
    ['rehearse --ful', "unknown option '--ful' (Did you mean --full?)", 'accepted by godwit rehearse: '],
    ['rehearse --full --sample 10', "'--full' cannot be used with option '--sample <percent>'", '--full'],
    ['keys new', "required option '--name <person>' not specified", 'accepted by godwit keys new: '],
    ['quarantine show', "missing required argument 'id'", 'accepted by godwit quarantine show: '],
    ['rehearse --sample 100', '--sample 100 is not a percentage', 'above 0 and below 100'],
    ['id company', 'No record is named', '--target with the id of a new one'],
    ['id company 7 --target 8', 'A key of the source is given, and --target is given too', '--target'],
    ['ledger show --last abc', '--last abc is not', 'accepted: 1 to 1000000'],
    ['approve finding --key k --reason r', 'No finding is named', '--all'],
    ['approve finding a --all --key k --reason r', 'Findings are named, and --all is given too', '--all'],
  ])('%s', async (line, title, accepted) => {
    const text = await typed(line);
    expect(text).toMatchObject({ exit: 2, out: '' });
    expect(text.err).toContain(title);
    expect(text.err).toContain(accepted);
    expect(text.err).toContain('code:  cli.wrong-flag');
    const json = await typed(`${line} --json`);
    expect(json).toMatchObject({ exit: 2, err: '' });
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'cli.wrong-flag', fate: 'never' } });
  });

  test('help is no error', async () => {
    expect(await typed('run --help')).toMatchObject({ exit: 0, err: '' });
    expect(await typed('--version')).toMatchObject({ exit: 0, err: '' });
  });
});

test.skipIf(process.platform === 'win32')('whoever stops reading does not stop the verb', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const line = '{ "$0" "$1" --help; echo "ended with $?" >&2; } | true';
  const { stderr } = spawnSync('sh', ['-c', line, process.execPath, main], { encoding: 'utf8' });
  expect(stderr).toBe('ended with 0\n');
});
