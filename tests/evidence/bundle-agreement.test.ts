import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { verifySignature } from '../../src/host/index.ts';
import { verifyBundle } from '../../src/ledger/index.ts';
import { type EvidenceOptions, EvidenceWorld } from './evidence-world.ts';
import { type Said, sayBoth } from './two-verifiers.ts';

const runs = process.env['GODWIT_PROVE'] ? 20_000 : 250;
const worlds: EvidenceWorld[] = [];
afterAll(() => worlds.forEach(({ folder }) => rmSync(folder, { recursive: true })));

async function worldWith(options: EvidenceOptions = {}): Promise<EvidenceWorld> {
  const world = await EvidenceWorld.make(options);
  worlds.push(world);
  return world;
}

/** What both say; a disagreement is a failure. */
function said(world: EvidenceWorld, bundle: Uint8Array | string, trust = world.trust()): Said {
  const [godwit, other] = sayBoth(bundle, trust);
  expect(other).toEqual(godwit);
  return godwit;
}

const ownerForLoss = [{ risk: 'losing', role: 'owner', people: 1 }];
const good = await worldWith({ approvals: [{ by: 'Ben' }, { by: 'Cleo' }], people: 2, benSigns: 'ssh' });
const whole = good.bundle();
const some = good.bundle(({ type }) => type !== 'slice-committed');

describe('a good bundle holds for both verifiers', () => {
  test('of the whole ledger', () => {
    expect(said(good, whole)).toMatchObject({
      holds: true,
      size: 20,
      entries: 20,
      witnesses: ['w1.example'],
      runs: [{ run: 'run_1', startedBy: 'Ada', approvedBy: ['Ben', 'Cleo'] }],
    });
  });

  test('of chosen entries', () => {
    expect(said(good, some)).toMatchObject({ holds: true, size: 20, entries: 8 });
  });

  test.each<[string, EvidenceOptions]>([
    ['with one entry in a slice', { sliceEntries: 1 }],
    ['with many', { sliceEntries: 150 }],
    [
      'with an owner, where a loss asks for one',
      { approvals: [{ by: 'Ben', role: 'owner' }], forRisk: ownerForLoss },
    ],
    ['with two witnesses', { witnesses: 2 }],
    ['without a witness, where none is needed', { witnesses: 0 }],
    [
      'with a rejection that its person took back',
      { approvals: [{ by: 'Ben', decision: 'reject' }, { by: 'Ben' }] },
    ],
    [
      'with a key that still counted',
      { bensTime: { notBefore: '2026-11-01T08:00:00.000Z', notAfter: '2026-11-01T09:00:00.000Z' } },
    ],
    ['with as many as the people section asks for', { leastPeople: 1 }],
    ['with a glass broken by who may', { approvals: [], glass: { by: 'Ben' } }],
    [
      'with a rejection that was withdrawn',
      { approvals: [{ by: 'Cleo', decision: 'reject', withdrawn: true }, { by: 'Ben' }] },
    ],
  ])('%s', async (_name, options) => {
    const world = await worldWith(options);
    expect(said(world, world.bundle()).holds).toBe(true);
    expect(
      said(
        world,
        world.bundle(({ seq }) => seq % 3 !== 1 || seq < 8),
      ).problems,
    ).toEqual([]);
  });
});

describe('a damaged bundle holds for neither, for the same reason on the same line', () => {
  test.each([
    ['the whole ledger', whole],
    ['chosen entries', some],
  ])('one byte changed anywhere: %s', (_name, text) => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= flip;
        const verdict = said(good, damaged);
        // A witness whom nobody knows is passed over, as notes ask; of the newest checkpoint one is needed.
        if (!isEarlierWitness(bytes, at)) expect(verdict.holds).toBe(false);
        else if (verdict.holds) expect(verdict).toEqual(said(good, bytes));
      }),
      { numRuns: runs },
    );
  });

  test('a line taken out, doubled, or exchanged with the next, for every line', () => {
    for (const text of [whole, some]) {
      const lines = text.trimEnd().split('\n');
      for (const at of lines.keys()) {
        const next = lines[at + 1] ?? lines[0]!;
        const changes = [
          lines.toSpliced(at, 1),
          lines.toSpliced(at, 0, lines[at]!),
          lines.with(at, next).with((at + 1) % lines.length, lines[at]!),
        ];
        for (const [how, changed] of changes.entries()) {
          const verdict = said(good, changed.map((line) => `${line}\n`).join(''));
          // An earlier checkpoint that is left out says less. A policy, runbook or decision may stand twice.
          const isLeftOut =
            how === 0 && lines[at]!.startsWith('{"kind":"checkpoint"') && isEarlier(lines[at]!);
          const isTwice = how === 1 && /^\{"kind":"(?:policy|runbook)"|"kind":"envelope"/.test(lines[at]!);
          if (!isLeftOut && !isTwice && lines[at] !== next && !samePlace(lines[at]!, next, how))
            expect([at, how, verdict.holds]).toEqual([at, how, false]);
        }
      }
    }
  });

  test('cut off anywhere', () => {
    for (let at = 0; at < whole.length; at += 97) expect(said(good, whole.slice(0, at)).holds).toBe(false);
  });

  test.each<[string, (text: string) => string, string]>([
    ['an actor renamed', (text) => text.replace('"actor":"engine"', '"actor":"nobody"'), 'entry'],
    ['another size', (text) => text.replace('"size":20', '"size":19'), 'checkpoint'],
    ['another project', (text) => text.replace('"project":"crm"', '"project":"erp"'), 'trust'],
    ['an earlier version of the format', (text) => text.replace('godwit-proof/2', 'godwit-proof/1'), 'trust'],
    ['spaces', (text) => text.replace('"kind"', ' "kind"'), 'unreadable'],
    ['a key twice', (text) => text.replace('{"format"', '{"format":"godwit-proof/2","format"'), 'unreadable'],
    ['a member more', (text) => text.replace(',"size":', ',"sized":1,"size":'), 'unreadable'],
    ['lines of another system', (text) => text.replaceAll('\n', '\r\n'), 'unreadable'],
    ['nothing', () => '', 'unreadable'],
  ])('%s', (_name, change, code) => {
    expect(said(good, change(whole)).problems[0]).toMatch(new RegExp(`^${code}@`));
  });
});

/** Does this byte stand in a witness's line on a checkpoint that is not the newest? */
function isEarlierWitness(bytes: Buffer, at: number): boolean {
  const start = bytes.lastIndexOf(0x0a, at - 1) + 1;
  const line = bytes.toString('utf8', start, bytes.indexOf(0x0a, at));
  const witness = Buffer.from(line.slice(0, line.indexOf('— w1.example'))).length;
  return line.startsWith('{"kind":"checkpoint"') && isEarlier(line) && at - start >= witness;
}

const isEarlier = (line: string): boolean => !line.includes('godwit/crm\\n20\\n');

/** Two decisions, policies or runbooks may stand in either order. */
const samePlace = (line: string, next: string, how: number): boolean =>
  how === 2 && line.startsWith('{"kind":"envelope"') && next.startsWith('{"kind":"envelope"');

describe('what was not agreed as it should be holds for neither', () => {
  test.each<[string, EvidenceOptions]>([
    ['nobody approved', { approvals: [] }],
    ['too few', { people: 2 }],
    ['one person twice', { people: 2, approvals: [{ by: 'Ben' }, { by: 'Ben' }] }],
    ['the author alone', { approvals: [{ by: 'Ada' }] }],
    ['the author among two', { people: 2, approvals: [{ by: 'Ada' }, { by: 'Ben' }] }],
    ['no owner, where a loss asks for one', { approvals: [{ by: 'Cleo' }], forRisk: ownerForLoss }],
    ['in another role', { approvals: [{ by: 'Ben', role: 'owner' }] }],
    ['expired before the run', { approvals: [{ by: 'Ben', expiresAt: '2026-11-01T08:00:50.000Z' }] }],
    ['withdrawn', { approvals: [{ by: 'Ben', withdrawn: true }] }],
    ['approved only after the run began', { late: true }],
    ['by a key that had ended', { bensTime: { notBefore: null, notAfter: '2026-11-01T08:00:50.000Z' } }],
    [
      'by a key that did not count yet',
      { bensTime: { notBefore: '2026-11-01T09:00:00.000Z', notAfter: null } },
    ],
    ['a glass broken where no rule allows it', { approvals: [], glass: { by: 'Ben', ruled: false } }],
    ['a glass broken by somebody without the role', { approvals: [], glass: { by: 'Cleo' } }],
    ['a glass broken only after the run began', { approvals: [], glass: { by: 'Ben', late: true } }],
    ['a glass broken, and taken back', { approvals: [], glass: { by: 'Ben', withdrawn: true } }],
    [
      'a glass broken the day before',
      { approvals: [], glass: { by: 'Ben', time: '2026-10-31T08:00:00.000Z' } },
    ],
    [
      'a glass that no longer held',
      { approvals: [], glass: { by: 'Ben', expiresAt: '2026-11-01T08:00:50.000Z' } },
    ],
    [
      'a glass broken against a rejection',
      { approvals: [{ by: 'Cleo', decision: 'reject' }], glass: { by: 'Ben' } },
    ],
    ['rejected by one', { approvals: [{ by: 'Ben' }, { by: 'Cleo', decision: 'reject' }] }],
    [
      'a rejection is not shown',
      { approvals: [{ by: 'Ben' }, { by: 'Cleo', decision: 'reject', hidden: true }] },
    ],
    ['the mapping’s signature is not shown', { mappingShown: false }],
  ])('%s', async (_name, options) => {
    const world = await worldWith(options);
    expect(said(world, world.bundle()).problems[0]).toMatch(/^approval@/);
  });

  test('a runbook that asks for fewer people than was agreed', async () => {
    const world = await worldWith({ leastPeople: 2 });
    expect(said(world, world.bundle()).problems[0]).toMatch(/^runbook@/);
  });

  test('a trust root of other people, another runner, more witnesses, another ledger', () => {
    const trust = good.trust();
    const problems = [
      { policies: [] },
      { runnerKey: good.trust().witnesses[0]!.publicKey, witnesses: [], witnessesNeeded: 0 },
      { witnessesNeeded: 2 },
      { origin: 'godwit/other' },
    ].map((change) => said(good, whole, { ...trust, ...change }).problems[0]?.replace(/@.*/, ''));
    expect(problems).toEqual(['policy', 'checkpoint', 'witness', 'trust']);
  });
});

test('an entry whose body was erased stays valid, shows nothing of it, and is told of', () => {
  // The world keeps the body of this entry nowhere: what is erased is not there.
  expect(whole).toContain('record-kept-back');
  expect(whole).not.toMatch(/degård|1990/);
  for (const text of [whole, some]) {
    const { holds, notProven } = verifyBundle(Buffer.from(text), good.trust(), verifySignature);
    expect(holds).toBe(true);
    expect(notProven).toContainEqual(
      expect.stringMatching(/^what 1 entries speak of that is kept elsewhere, or was erased/),
    );
  }
  expect(good.verify()).toMatchObject({ intact: true, problems: [] });
});

test('what a bundle does not prove is said: a missing witness, entries left out', async () => {
  const alone = await worldWith({ witnesses: 0 });
  const told = verifyBundle(Buffer.from(alone.bundle(({ seq }) => seq < 7)), alone.trust(), verifySignature);
  expect(told.notProven[0]).toMatch(/^anything against who holds the runner key: no witness/);
  expect(told.notProven).toContainEqual(expect.stringMatching(/^what the \d+ entries say that are not here/));
  const seen = verifyBundle(Buffer.from(whole), good.trust(), verifySignature).notProven;
  expect(seen.join()).not.toMatch(/no witness|not here/);
});

test('evidence that is only named, and checkpoints, are told: of what is left out nothing can be seen', async () => {
  const drilled = await worldWith({ evidence: true, witnesses: 2 });
  const bundle = drilled.bundle();
  const { notProven } = said(drilled, bundle);
  expect(notProven).toContainEqual(
    expect.stringMatching(
      /^what the evidence says .* by its digest: findings, restore-drill; its files stay/,
    ),
  );
  expect(notProven).toContainEqual(expect.stringMatching(/^that no other checkpoint was signed: 3 are here/));
  const { proven } = verifyBundle(Buffer.from(bundle), drilled.trust(), verifySignature);
  expect(proven.filter((line) => line.startsWith('it goes on from the first '))).toEqual([
    expect.stringMatching(
      /^it goes on from the first 2 entries, .* w1.example saw them at .* w2.example saw/,
    ),
    expect.stringMatching(/^it goes on from the first 4 entries, /),
  ]);
  const fewer = bundle.replace(/^\{"kind":"checkpoint".*\n/m, '');
  expect(said(drilled, fewer).notProven).toContainEqual(
    expect.stringMatching(/^that no other checkpoint was signed: 2 are here/),
  );
});

test('a step of which nobody knows how it ended is told, unless its end or the way back is', async () => {
  const steps = [
    ['engine-step-started', '01'],
    ['engine-step-ended', '01'],
    ['engine-step-started', '02'],
  ] as const;
  const told = async (...more: readonly (readonly [string, string])[]): Promise<readonly string[]> => {
    const world = await worldWith({ steps: [...steps, ...more] });
    return said(world, world.bundle()).notProven.filter((line) => line.startsWith('what became of'));
  };
  expect(await told()).toEqual([expect.stringMatching(/^what became of 02 of run_1: entry \d+ says/)]);
  expect(await told(['step-outcome-unknown', '02'])).toEqual([]);
  expect(await told(['engine-undo-ended', '02'])).toEqual([]);
});

test('a broken glass is told, with who looked at it: not who broke it, nor who ran under it', async () => {
  const glass = { by: 'Ben', reviewedBy: ['Ada', 'Ben', 'Cleo'] } as const;
  const world = await worldWith({ approvals: [], glass });
  expect(said(world, world.bundle()).runs).toMatchObject([
    { approvedBy: [], brokenBy: 'Ben', reviewedBy: ['Cleo'], reviewersNeeded: 1 },
  ]);
  const lines = (of: EvidenceWorld): string =>
    verifyBundle(Buffer.from(of.bundle()), of.trust(), verifySignature).proven.join('\n');
  expect(lines(world)).toContain(
    'GLASS BROKEN by Ben: it lacked approvals (given: none); reviewed afterwards by Cleo',
  );
  const open = await worldWith({ approvals: [{ by: 'Cleo' }], people: 2, glass: { by: 'Ben' } });
  expect(said(open, open.bundle()).runs).toMatchObject([{ approvedBy: ['Cleo'], brokenBy: 'Ben' }]);
  expect(lines(open)).toContain(
    'GLASS BROKEN by Ben: it lacked approvals (given: Cleo); NOT REVIEWED: it takes 2, so far nobody',
  );
});
