import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noRows } from '../../model/index.ts';
import { encodeAfter, type Intent, type StoredSlice, TargetState } from './target-state.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-state-'));
  path = join(folder, 'people.csv');
  writeFileSync(path, 'id\n1\n2\n3\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function slice(number: number, from: number, to: number): StoredSlice {
  const records = new Uint8Array(16);
  const place = { run: 'run-1', step: 's', slice: number, relation: 'people', from, to };
  return { ...place, digest: 'd', records, keys: new Uint8Array(0), counts: noRows };
}

/** Slices 0, 1 and 2 are the lines of the file. */
function withSlices(): TargetState {
  const state = new TargetState(folder);
  state.transaction(() => {
    for (const number of [0, 1, 2])
      state.addSlice(slice(number, 3 + number * 2, 5 + number * 2), '2026-11-20T10:00:00Z');
  });
  return state;
}

function intentFor(undone: StoredSlice, change: Pick<Intent, 'kind' | 'inode' | 'newPath' | 'to'>): Intent {
  const after = encodeAfter({ slice: undone, kept: null, removedBytes: 2 });
  return { relation: 'people', path, from: 9, after, ...change };
}

/** What a process finds that starts after a crash. */
function afterCrash(): number[] {
  using state = new TargetState(folder);
  state.complete();
  return state.applied('run-1').map(({ key }) => key.slice);
}

test('an undo that was announced and did not happen is forgotten', () => {
  {
    using state = withSlices();
    const newPath = join(folder, 'new');
    writeFileSync(newPath, 'id\n2\n3\n');
    const inode = String(statSync(newPath, { bigint: true }).ino);
    state.announce(intentFor(slice(0, 3, 5), { kind: 'swap', inode, newPath, to: 7 }));
  }
  expect(afterCrash()).toEqual([0, 1, 2]);
  expect(statSync(join(folder, 'new'), { throwIfNoEntry: false })).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('id\n1\n2\n3\n');
});

test('an undo that happened before the crash is completed, and what lies behind it has moved', () => {
  {
    using state = withSlices();
    const newPath = join(folder, 'new');
    writeFileSync(newPath, 'id\n2\n3\n');
    const inode = String(statSync(newPath, { bigint: true }).ino);
    state.announce(intentFor(slice(0, 3, 5), { kind: 'swap', inode, newPath, to: 7 }));
    renameSync(newPath, path);
  }
  expect(afterCrash()).toEqual([1, 2]);
  using state = new TargetState(folder);
  expect(state.slice({ run: 'run-1', step: 's', slice: 1 })).toMatchObject({ from: 3, to: 5 });
});

test('a cut at the end is completed when the file has that length', () => {
  {
    using state = withSlices();
    const inode = String(statSync(path, { bigint: true }).ino);
    state.announce(intentFor(slice(2, 7, 9), { kind: 'truncate', inode, newPath: '', to: 7 }));
  }
  expect(afterCrash()).toEqual([0, 1, 2]);
  {
    using state = new TargetState(folder);
    const inode = String(statSync(path, { bigint: true }).ino);
    state.announce(intentFor(slice(2, 7, 9), { kind: 'truncate', inode, newPath: '', to: 7 }));
    truncateSync(path, 7);
  }
  expect(afterCrash()).toEqual([0, 1]);
});

test('notes of a newer godwit are not misread', () => {
  {
    using state = new TargetState(folder);
    state.transaction(() => undefined);
  }
  const file = join(folder, '.godwit-files', 'state.sqlite');
  const bytes = readFileSync(file);
  // The user version of an SQLite file stands at byte 60.
  bytes.writeUInt32BE(2, 60);
  writeFileSync(file, bytes);
  expect(() => new TargetState(folder)).toThrow(expect.objectContaining({ code: 'files.state-newer' }));
});
