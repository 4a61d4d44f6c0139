import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { roomOf } from './check-project.ts';

const tebibyte = 1024 ** 4;

test('room that is there is told, room that is not fails with what to do', () => {
  expect(roomOf('room', tmpdir(), 1024)).toMatchObject({
    outcome: 'ok',
    detail: expect.stringMatching(/^about 1 MiB are needed, \d+ MiB are free$/),
    fix: null,
  });
  expect(roomOf('room', tmpdir(), 1_000_000 * tebibyte)).toMatchObject({
    outcome: 'fail',
    fix: expect.stringContaining(tmpdir()),
  });
});

test('where free space cannot be seen from here, it says so, and asks to look where it matters', () => {
  expect(roomOf('room', null, 1024)).toMatchObject({ outcome: 'ok' });
  expect(roomOf('room', null, tebibyte)).toMatchObject({
    outcome: 'warn',
    detail: expect.stringContaining('does not tell its free space'),
    fix: expect.stringContaining('disk'),
  });
});
