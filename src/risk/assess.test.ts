import { describe, expect, it } from 'vitest';
import { reference, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import type { Finding, Profile, Schema } from '../model/index.ts';
import { assess, riskWeights } from './assess.ts';
import type { Assessment, RiskInput, RiskVariable } from './assessment.ts';

const twoTables = schema([
  relation('companies', { 'id!': whole, title: text }),
  relation(
    'orders',
    { 'id!': whole, company_id: whole, placed: text },
    { foreignKeys: [reference('company_id', 'companies')] },
  ),
]);

const profile: Profile = {
  formatVersion: 1,
  relations: ['companies', 'orders'].map((name) => ({
    relation: name,
    rows: '1000',
    badRecords: '0',
    fields: [],
    duplicates: [],
    orphans: [],
  })),
};

const easy: RiskInput = {
  source: twoTables,
  target: twoTables,
  profile,
  mapping: { formatVersion: 1, objects: [], leftBehind: [] },
  findings: [],
  limits: { downtimeAllowedMinutes: 60, recordsPerSecond: 1000, restoreMinutes: 1, apis: [], regimes: [] },
  confirmed: [],
};

function scoreOf(assessment: Assessment, variable: RiskVariable): number {
  return assessment.scores.find((score) => score.variable === variable)?.score ?? -1;
}

/** The same input once made worse must never score lower on that variable, and its evidence must name the fact. */
const worse: readonly (readonly [RiskVariable, string, Partial<RiskInput>])[] = [
  ['schema-complexity', 'relations', { source: manyTables(80) }],
  [
    'schema-complexity',
    'keyless',
    { source: schema([...twoTables.relations, relation('log', { '#rowid!': whole, line: text })]) },
  ],
  [
    'schema-complexity',
    'special types',
    {
      source: schema([
        relation('a', {
          'id!': whole,
          at: { kind: 'native', engine: 'postgres', name: 'point' },
          of: { kind: 'any' },
        }),
      ]),
    },
  ],
  [
    'schema-complexity',
    'code in the database',
    {
      source: {
        ...twoTables,
        objects: [1, 2, 3].map((n) => ({
          kind: 'trigger',
          name: `t${n}`,
          relation: 'orders',
          definition: '',
        })),
      },
    },
  ],
  ['schema-complexity', 'blocking findings', { findings: [finding, finding].map((make) => make()) }],
  ['schema-complexity', 'mapping', { mapping: null }],
  ['dependency-depth', 'depth', { source: chain(9) }],
  ['dependency-depth', 'cycles', { source: cyclic() }],
  ['dependency-depth', 'references in the data', { profile: null }],
  ['dependency-depth', 'orphans', { profile: withOrphans('5000') }],
  [
    'api-rate',
    'crm: calls a day',
    {
      limits: {
        ...easy.limits,
        apis: [
          {
            system: 'crm',
            callsPerDay: 100,
            callsPerSecond: null,
            concurrentMax: 5,
            recordsPerCall: 1,
            announcesRetry: false,
          },
        ],
      },
    },
  ],
  ['downtime-tolerance', 'time of the move', { limits: { ...easy.limits, recordsPerSecond: 0.5 } }],
  ['downtime-tolerance', 'time of a restore', { limits: { ...easy.limits, restoreMinutes: 61 } }],
  ['downtime-tolerance', 'allowed downtime', { limits: { ...easy.limits, downtimeAllowedMinutes: null } }],
  [
    'compliance-density',
    'personal fields',
    { source: schema([relation('people', { 'id!': whole, email: text, dob: text })]) },
  ],
  [
    'compliance-density',
    'guarded kinds',
    { source: schema([relation('people', { 'id!': whole, diagnosis: text })]) },
  ],
  ['compliance-density', 'regimes', { limits: { ...easy.limits, regimes: ['GDPR', 'HIPAA'] } }],
];

describe('assess', () => {
  it('finds two tables with everything known to be a low risk, and says why', () => {
    const assessment = assess(easy);
    expect(assessment.verdict).toBe('low');
    expect(assessment.because).toBe(`the weighted score is ${assessment.score} of 100`);
    expect(assessment.scores.map(({ variable }) => variable)).toEqual(Object.keys(riskWeights));
  });

  it.each(worse)('%s rises with %s, and says what would lower it', (variable, fact, change) => {
    const before = assess(easy);
    const after = assess({ ...easy, ...change });
    expect(scoreOf(after, variable)).toBeGreaterThan(scoreOf(before, variable));
    const evidence = after.scores
      .find((score) => score.variable === variable)
      ?.evidence.find((one) => one.fact === fact);
    expect(evidence?.points).toBeGreaterThan(0);
    if (evidence?.lowers) expect(after.lowers).toContain(evidence.lowers);
  });

  it('lets one hard variable decide, however easy the others are', () => {
    const assessment = assess({
      ...easy,
      limits: { ...easy.limits, recordsPerSecond: 0.01, restoreMinutes: 600 },
    });
    expect(assessment).toMatchObject({ verdict: 'high', because: 'downtime-tolerance alone is 100 of 100' });
    expect(assessment.lowers[0]).toContain('Copy before the outage');
  });

  it('counts what nobody knows as a risk', () => {
    const blind = assess({
      ...easy,
      profile: null,
      mapping: null,
      limits: {
        downtimeAllowedMinutes: null,
        recordsPerSecond: null,
        restoreMinutes: null,
        apis: [],
        regimes: [],
      },
    });
    expect(blind.score).toBeGreaterThan(assess(easy).score);
    expect(blind.verdict).not.toBe('low');
    expect(blind.lowers.join(' ')).toMatch(/Profile the source.*/);
  });

  it('keeps every score within 0 to 100, and the weights add up to 1', () => {
    const worst = assess(worse.reduce((input, [, , change]) => ({ ...input, ...change }), easy));
    for (const { score, evidence } of worst.scores) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      expect(evidence.length).toBeGreaterThan(0);
    }
    expect(Object.values(riskWeights).reduce((sum, weight) => sum + weight)).toBeCloseTo(1);
  });

  it('names the chain and the cycle it found', () => {
    const measured = (source: Schema): string =>
      assess({ ...easy, source })
        .scores[1]?.evidence.map(({ measured }) => measured)
        .join(' | ') ?? '';
    expect(measured(chain(3))).toContain('t2 -> t1 -> t0');
    expect(measured(cyclic())).toContain('a <-> b');
    expect(
      measured(
        schema([
          relation('people', { 'id!': whole, boss: whole }, { foreignKeys: [reference('boss', 'people')] }),
        ]),
      ),
    ).toContain('people');
  });
});

function manyTables(count: number): Schema {
  return schema(Array.from({ length: count }, (_, n) => relation(`t${n}`, { 'id!': whole })));
}

function chain(count: number): Schema {
  return schema(
    Array.from({ length: count }, (_, n) =>
      relation(
        `t${n}`,
        { 'id!': whole, up: whole },
        { foreignKeys: n > 0 ? [reference('up', `t${n - 1}`)] : [] },
      ),
    ),
  );
}

function cyclic(): Schema {
  const one = (name: string, to: string) =>
    relation(name, { 'id!': whole, other: whole }, { foreignKeys: [reference('other', to)] });
  return schema([one('a', 'b'), one('b', 'a')]);
}

function withOrphans(orphans: string): Profile {
  const [first, ...rest] = profile.relations;
  return {
    ...profile,
    relations: [
      {
        ...first!,
        orphans: [
          {
            fields: ['x'],
            references: { relation: 'orders', fields: ['id'] },
            declared: false,
            resolved: '0.9',
            orphans,
            examples: [],
          },
        ],
      },
      ...rest,
    ],
  };
}

function finding(): Finding {
  return {
    code: 'fit.too-long',
    severity: 'block',
    title: '',
    detail: '',
    where: {},
    records: '1',
    examples: [],
    fix: '',
    waivable: true,
  };
}
