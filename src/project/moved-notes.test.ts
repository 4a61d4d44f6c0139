import { expect, test } from 'vitest';
import { movedNotes } from './moved-notes.ts';

const movement = {
  moved: true,
  rowsPlanned: '5000',
  rowsNow: '5003',
  positionPlanned: 'a',
  positionNow: 'b',
};

test('says which relation moved, and how far', () => {
  expect(movedNotes('person', { ...movement, rowsChanged: '4' }, '5000')).toEqual([
    'person moved on in the source meanwhile: 4 records added or changed; 5,000 records when reading began, 5,003 after it',
  ]);
});

test('says where the source cannot tell', () => {
  expect(movedNotes('person', { ...movement, rowsChanged: null }, null)).toEqual([
    'the source was written to meanwhile and cannot tell where: person held 5,000 records when reading began, 5,003 after it',
  ]);
});

test('says what changed between plan and run, and nothing where nothing did', () => {
  const still = { ...movement, moved: false, rowsNow: '5000', rowsChanged: '0' };
  expect(movedNotes('person', still, '4998')).toEqual([
    'person holds 5,000 records now; the runbook counted 4,998',
  ]);
  expect(movedNotes('person', still, '5000')).toEqual([]);
});
