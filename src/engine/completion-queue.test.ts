import { expect, test } from 'vitest';
import type { Completion } from '../model/index.ts';
import { CompletionQueue } from './completion-queue.ts';

type Stage = Completion['stage'];

const one = (stage: Stage, relation: string, name: string, references: string | null = null): Completion => ({
  stage,
  relation,
  name,
  references,
  statement: `${stage} ${relation} ${name}`,
});

const team = [one('build', 'team', 'team_pkey'), one('attach', 'team', 'team_pkey')] as const;
const player = [
  one('build', 'player', 'player_pkey'),
  one('build', 'player', 'by_name'),
  one('attach', 'player', 'player_pkey'),
] as const;
const ofTeam = [
  one('reference', 'player', 'of_team', 'team'),
  one('validate', 'player', 'of_team', 'team'),
] as const;
const ofSelf = [
  one('reference', 'player', 'of_player', 'player'),
  one('validate', 'player', 'of_player', 'player'),
] as const;

const named = (relation: string): boolean => relation !== 'part';

function takeAll(queue: CompletionQueue): readonly string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== null; next = queue.take()) taken.push(next.statement);
  return taken;
}

/** What may be under way together behind those that have ended. */
function besides(ended: readonly Completion[], waiting: readonly Completion[]): readonly string[] {
  const queue = new CompletionQueue([...ended, ...waiting], named);
  for (const wanted of ended) {
    const taken = queue.take();
    expect(taken).toBe(wanted);
    queue.ended(wanted);
  }
  return takeAll(queue);
}

test('indexes are built together, also of one relation; a key waits for its own', () => {
  expect(besides([], [...player, ...team])).toEqual([
    'build player player_pkey',
    'build player by_name',
    'build team team_pkey',
  ]);
});

test('a key wants its relation alone', () => {
  expect(besides([player[0]], [player[2], player[1], ...team])).toEqual([
    'attach player player_pkey',
    'build team team_pkey',
  ]);
});

test('a foreign key is added behind the indexes and keys of both relations, one at a time', () => {
  expect(besides([...player], [ofTeam[0], ...team])).toEqual(['build team team_pkey']);
  expect(besides([...player, ...team], [ofTeam[0], ofSelf[0]])).toEqual(['reference player of_team']);
  const other = one('build', 'other', 'by_date');
  expect(besides([...player, ...team], [ofTeam[0], ...ofSelf, other])).toEqual([
    'reference player of_team',
    'build other by_date',
  ]);
});

test('holding one against the records lets others be built and held, but not for the same relation', () => {
  const elsewhere = one('build', 'city', 'by_name');
  const ofOther = one('validate', 'other', 'of_team', 'team');
  const ahead = [...player, ...team, ofTeam[0], ofSelf[0]];
  expect(besides(ahead, [ofTeam[1], ofSelf[1], ofOther, elsewhere])).toEqual([
    'validate player of_team',
    'validate other of_team',
    'build city by_name',
  ]);
});

test('a foreign key is added while another one is held against what refers to the same relation', () => {
  const ofOther = one('reference', 'other', 'of_team', 'team');
  const ahead = [...player, ...team, ofTeam[0]];
  expect(besides(ahead, [ofTeam[1], ofOther, one('reference', 'player', 'of_city', 'city')])).toEqual([
    'validate player of_team',
    'reference other of_team',
  ]);
});

test('parts of a partitioned relation, which goes by another name, wait for all indexes', () => {
  const ofPart = one('reference', 'part', 'of_team', 'team');
  expect(besides([...team], [ofPart, player[0]])).toEqual(['build player player_pkey']);
});

test('what is said of indexes and keys comes last', () => {
  const said = one('settle', 'team', 'team_pkey');
  expect(besides([...team], [said, ofSelf[0], ofSelf[1]])).toEqual(['reference player of_player']);
  expect(besides([...team, ...ofSelf], [said])).toEqual(['settle team team_pkey']);
});

test('every statement is given out, whatever their order, and thousands in no time', () => {
  const relations = Array.from({ length: 300 }, (_, at) => `r${at}`);
  const all = relations.flatMap((relation, at) => [
    one('settle', relation, 'pkey'),
    one('validate', relation, 'fkey', `r${(at + 1) % 300}`),
    one('reference', relation, 'fkey', `r${(at + 1) % 300}`),
    one('attach', relation, 'pkey'),
    ...['a', 'b', 'c', 'pkey'].map((name) => one('build', relation, name)),
  ]);
  const queue = new CompletionQueue(all, () => true);
  const began = performance.now();
  const underWay: Completion[] = [];
  let given = 0;
  while (!queue.isEmpty || underWay.length > 0) {
    const next = underWay.length < 2 ? queue.take() : null;
    if (next) given += underWay.push(next) > 0 ? 1 : 0;
    else queue.ended(underWay.shift() ?? expect.fail('nothing under way and nothing given'));
  }
  expect(given).toBe(all.length);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('closed, it gives out no more', () => {
  const queue = new CompletionQueue(player, named);
  queue.take();
  queue.close();
  expect([queue.isEmpty, queue.take()]).toEqual([true, null]);
});
