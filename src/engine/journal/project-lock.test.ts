import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../host/index.ts';
import { lockProject } from './project-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-lock-'));
  path = join(folder, 'lock.sqlite');
});
afterEach(async () => rm(folder, { recursive: true }));

test('a second one is refused and told who the first is', () => {
  using first = lockProject({ path, purpose: 'godwit run', clock: systemClock });
  const second = (): unknown => lockProject({ path, purpose: 'godwit rollback', clock: systemClock });
  expect(second).toThrow(expect.objectContaining({ code: 'engine.locked', fate: 'pause' }));
  expect(second).toThrow(
    `process ${process.pid} on ${hostname()}, godwit run, started ${first.holder.startedAt}`,
  );
});

test('it can be taken again once it was given back', () => {
  lockProject({ path, purpose: 'godwit run', clock: systemClock })[Symbol.dispose]();
  using again = lockProject({ path, purpose: 'godwit rollback', clock: systemClock });
  expect(again.holder.purpose).toBe('godwit rollback');
});

test('a file that is no lock any more is named, with what to do', () => {
  writeFileSync(path, 'no database'.repeat(1_000));
  expect(() => lockProject({ path, purpose: 'godwit run', clock: systemClock })).toThrow(
    expect.objectContaining({ code: 'engine.lock-damaged', where: { file: path } }),
  );
});

test('a killed process leaves no lock behind', async () => {
  const module = JSON.stringify(fileURLToPath(new URL('./project-lock.ts', import.meta.url)));
  const host = JSON.stringify(fileURLToPath(new URL('../../host/index.ts', import.meta.url)));
  const script = `const { lockProject } = await import(${module});
    const { systemClock } = await import(${host});
    globalThis.lock = lockProject({ path: ${JSON.stringify(path)}, purpose: 'a child', clock: systemClock });
    console.log('held'); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  const take = (): Disposable => lockProject({ path, purpose: 'godwit run', clock: systemClock });
  expect(take).toThrow(`process ${child.pid} on`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  using lock = take() as ReturnType<typeof lockProject>;
  expect(lock.holder.pid).toBe(process.pid);
});
