import { expect, test } from 'vitest';
import type { Transform } from '../expressions/index.ts';
import { integer64, type Relation, recordKey, type WriteMode } from '../model/index.ts';
import { copyWork } from './copy-object.ts';
import { linkWork } from './link-object.ts';
import type { ObjectPlan } from './object-plan.ts';

const relation: Relation = {
  name: 'people',
  kind: 'table',
  fields: ['id', 'manager'].map((name) => ({
    name,
    type: integer64,
    native: 'bigint',
    nullable: true,
    default: null,
    generated: 'no',
    synthetic: false,
    comment: null,
  })),
  primaryKey: null,
  uniques: [],
  foreignKeys: [],
  indexes: [],
  checks: [],
  comment: null,
  rowsEstimate: null,
  bytes: null,
  identity: ['id'],
};

/** Gives the manager as it is; with the key where the mapping gives one. */
function planOf(mode: WriteMode, key: readonly string[], withKey: boolean): ObjectPlan {
  const transform: Transform = {
    object: 'person',
    targetFields: withKey ? [...key, 'manager'] : ['manager'],
    lookups: [],
    apply: (row) => {
      if (row[1] === 'test') return { kind: 'purged', rule: 0, reason: 'test' };
      return { kind: 'records', rows: [withKey ? [row[0] ?? null, row[1] ?? null] : [row[1] ?? null]] };
    },
  };
  const plan = { object: 'person', source: relation, target: relation, captureIds: true, mode, key };
  return { ...plan, copyTransform: () => transform, linkTransform: () => transform };
}

const environment = {
  lookup: (_object: string, key: string) => (key === recordKey(['7']) ? '4007' : undefined),
  mask: (text: string) => text,
};

test('a key the mapping gives is used as it is', () => {
  const { transform, mode } = linkWork('s', planOf('append', ['id'], true), ['manager']);
  expect(mode).toBe('update');
  expect(transform.apply(['7', '8'], environment)).toEqual({ kind: 'records', rows: [['7', '8']] });
});

test('a key the target gave is the one captured for the record', () => {
  const { transform } = linkWork('s', planOf('append', ['id'], false), ['manager']);
  expect(transform.targetFields).toEqual(['id', 'manager']);
  expect(transform.lookups.flatMap((lookup) => lookup.keys(['7', '8']))).toEqual([recordKey(['7'])]);
  expect(transform.apply(['7', '8'], environment)).toEqual({ kind: 'records', rows: [['4007', '8']] });
});

test('a key of several fields is put in their order', () => {
  const { transform } = linkWork('s', planOf('append', ['region', 'id'], false), ['manager']);
  const lookup = (): readonly string[] => ['north', '5'];
  expect(transform.apply(['7', '8'], { ...environment, lookup })).toEqual({
    kind: 'records',
    rows: [['north', '5', '8']],
  });
});

test('a record that never arrived cannot be linked, one that stays behind is not linked', () => {
  const { transform } = linkWork('s', planOf('append', ['id'], false), ['manager']);
  expect(transform.apply(['9', '8'], environment)).toMatchObject({
    kind: 'rejected',
    code: 'target.missing',
  });
  expect(transform.apply(['9', 'test'], environment)).toMatchObject({ kind: 'purged' });
});

test('nothing to link needs no write, unless the record may have been there before', () => {
  const append = linkWork('s', planOf('append', ['id'], true), ['manager']);
  expect(append.needless(['7', null])).toBe(true);
  expect(append.needless(['7', '8'])).toBe(false);
  expect(linkWork('s', planOf('upsert', ['id'], true), ['manager']).needless(['7', null])).toBe(false);
});

test('the first pass writes as the mapping says, and keeps ids for the second where the target gives the key', () => {
  expect(copyWork('s', planOf('empty-only', ['id'], true), [])).toMatchObject({
    mode: 'insert',
    captureIds: true,
  });
  const upsert = { ...planOf('upsert', ['id'], true), captureIds: false };
  expect(copyWork('s', upsert, [])).toMatchObject({ mode: 'upsert', captureIds: false });
  expect(copyWork('s', upsert, ['manager'])).toMatchObject({ mode: 'upsert', captureIds: false });
  const given = { ...planOf('append', ['id'], false), captureIds: false };
  expect(copyWork('s', given, ['manager'])).toMatchObject({ mode: 'insert', captureIds: true });
});
