import { expect, test } from 'vitest';
import { parseFaultScript } from '../../../src/practice/fault-script.ts';
import { skiesOf as hubspotSkies } from '../hubspot-faults/skies.ts';
import { skiesOf as salesforceSkies } from '../salesforce-faults/skies.ts';
import { type Befallen, faultsOf, untilEnoughBefell } from './befallen.ts';
import { drawScript, faultKinds } from './draw-script.ts';
import { sumUp } from './sum-up.ts';

const seeds = Array.from({ length: 200 }, (_none, seed) => seed);
const befallen = (...times: readonly number[]): Befallen & { readonly refused: number } => {
  const onTheWay = times.map((some) => ({ kind: 'refuse', times: some }));
  return { onTheWay, inAll: onTheWay, restarts: 0, refused: 0 };
};
const task = {};

test.each([
  ['Salesforce', salesforceSkies(false)],
  ['Salesforce in bulk', salesforceSkies(true)],
  ['HubSpot', hubspotSkies(false)],
  ['HubSpot by OAuth', hubspotSkies(true)],
])(
  'scripts for %s have six faults and more, of all kinds; a seed draws the same, and another one the next time',
  (_name, skies) => {
    const scripts = seeds.map((seed) => drawScript(skies, seed, 0));
    for (const script of scripts) expect(script.length).toBeGreaterThanOrEqual(6);
    expect(new Set(scripts.flat().map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    const accepted = Object.fromEntries(skies.orders.map(({ order }) => [order, () => undefined]));
    expect(() =>
      scripts.map((faults, seed) => parseFaultScript({ seed, faults }, 'test', accepted)),
    ).not.toThrow();
    expect(drawScript(skies, 7, 0)).toEqual(drawScript(skies, 7, 0));
    expect(drawScript(skies, 7, 1)).not.toEqual(drawScript(skies, 7, 0));
  },
);

test('a script is drawn anew until five of its faults come about; a move that goes wrong is never passed over', async () => {
  const moves = [befallen(9, 9, 9, 9), befallen(1, 0, 1, 1, 1), befallen(1, 1, 0, 1, 1, 1), befallen()];
  const move = async (drawing: number) => moves[drawing] ?? befallen();
  expect(await untilEnoughBefell(move, () => true)).toMatchObject({
    drawing: 2,
    onTheWay: moves[2]?.onTheWay,
  });
  expect((await untilEnoughBefell(move, () => false)).drawing).toBe(0);
  expect(
    faultsOf(
      await untilEnoughBefell(
        async () => befallen(3),
        () => true,
      ),
    ),
  ).toBe(1);
});

test('it holds only where every move is right, and five faults befell each', () => {
  const enough = { task, result: befallen(1, 1, 1, 1, 1) };
  const count = { scripts: 2, records: 1 };
  const all = () => true;
  expect(sumUp(count, [enough, enough], all)).toMatchObject({ holds: true, cut: false });
  expect(sumUp(count, [enough, { task, result: befallen(9, 9, 9, 9, 0) }], all).holds).toBe(false);
  expect(sumUp(count, [enough, { task, error: 'ended' }], all).holds).toBe(false);
  expect(sumUp(count, [enough, enough], () => false).holds).toBe(false);
  expect(sumUp(count, [enough], all)).toMatchObject({ holds: false, cut: true });
});
