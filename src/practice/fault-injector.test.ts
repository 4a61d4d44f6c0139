import { expect, test } from 'vitest';
import { FaultInjector } from './fault-injector.ts';
import { parseFaultScript } from './fault-script.ts';

const kinds = (script: unknown, calls = 12): readonly string[] => {
  const injector = new FaultInjector(parseFaultScript(script, 'test', {}));
  return Array.from({ length: calls }, () => injector.next('POST', '/x/composite').call?.kind ?? '.');
};

test('the same seed goes wrong the same way, another one another way', () => {
  const script = (seed: number) => ({ seed, faults: [{ kind: 'reset-before', share: 0.4 }] });
  expect(kinds(script(3), 200)).toEqual(kinds(script(3), 200));
  expect(kinds(script(3), 200)).not.toEqual(kinds(script(4), 200));
  const share = kinds(script(3), 2_000).filter((kind) => kind !== '.').length / 2_000;
  expect(share).toBeGreaterThan(0.36);
  expect(share).toBeLessThan(0.44);
});

test('from, every, length and times say when', () => {
  const faults = [{ kind: 'refuse', from: 2, every: 5, length: 2, times: 3 }];
  expect(
    kinds({ faults })
      .map((kind) => kind.charAt(0))
      .join(''),
  ).toBe('.rr...r.....');
});

test('a fault sees only the calls it speaks of', () => {
  expect(kinds({ faults: [{ kind: 'refuse', path: 'jobs' }] })).not.toContain('refuse');
  expect(kinds({ faults: [{ kind: 'refuse', method: 'GET' }] })).not.toContain('refuse');
});

test('a fault counts the calls that it befell, not those another one befell, nor those whose records it did not hit', () => {
  const faults = [
    { kind: 'refuse', times: 2 },
    { kind: 'reset-before', times: 2 },
    { kind: 'records-lost', records: 0.5, times: 1 },
    { kind: 'clock-skew', byMs: 1_000, every: 2 },
  ];
  const injector = new FaultInjector(parseFaultScript({ faults }, 'test', {}));
  const calls = Array.from({ length: 6 }, () => injector.next('POST', '/x'));
  expect(calls.slice(0, 4).map(({ call }) => call?.kind)).toEqual([
    'refuse',
    'refuse',
    'reset-before',
    'reset-before',
  ]);
  expect(calls.slice(4).map(({ call }) => call)).toEqual([null, null]);
  expect(injector.happened.map(({ times }) => times)).toEqual([2, 2, 0, 3]);
  const seen = Array.from({ length: 40 }, (_, at) => calls[5]?.rows.of(at));
  expect(seen).toContain('lost');
  expect(injector.happened.map(({ times }) => times)).toEqual([2, 2, 1, 3]);
  expect(injector.next('POST', '/x').rows.of(seen.indexOf('lost'))).toBe('none');
});

test('records go wrong by their place, the same ones when asked again', () => {
  const injector = new FaultInjector(
    parseFaultScript({ faults: [{ kind: 'records-fail', records: 0.3 }] }, 'test', {}),
  );
  const { rows } = injector.next('POST', '/x');
  const seen = Array.from({ length: 1_000 }, (_, at) => rows.of(at));
  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, at) => rows.of(at)));
  expect(seen.filter((row) => row === 'fails').length).toBeGreaterThan(240);
  expect(seen.filter((row) => row === 'fails').length).toBeLessThan(360);
});

test('a script that says something nobody knows is refused by name', () => {
  expect(() => parseFaultScript({ faults: [{ kind: 'refuse', whenever: 3 }] }, 'faults.yaml', {})).toThrow(
    expect.objectContaining({ code: 'practice.file-unreadable' }),
  );
});
