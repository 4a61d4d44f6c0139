import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { Encoding } from './dialect.ts';
import { encodeText, markOf } from './encode-text.ts';
import { readFileContent } from './folder-of-files.contract.ts';

const text = 'id,name\n1,Jürgen Müller\n2,Zoë “Größe” €\n3,François\n';
const rows = [
  ['1', 'Jürgen Müller'],
  ['2', 'Zoë “Größe” €'],
  ['3', 'François'],
];

function bytesIn(encoding: Encoding, content: string = text): Buffer {
  const bytes = encodeText(content, encoding);
  if (bytes === null) throw new RangeError(`cannot be ${encoding}`);
  return bytes;
}

async function read(content: Uint8Array): Promise<[string, unknown]> {
  const { relation, rows: found } = await readFileContent(content);
  return [relation.comment ?? '', found.map((row) => row.slice(0, -1))];
}

test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const)(
  '%s is found without a mark',
  async (encoding) => {
    const [comment, found] = await read(bytesIn(encoding));
    expect(comment).toContain(`encoding ${encoding},`);
    expect(found).toEqual(rows);
  },
);

test.each(['utf-8', 'utf-16le', 'utf-16be'] as const)(
  '%s is found by its mark, which is no text',
  async (encoding) => {
    const [comment, found] = await read(Buffer.concat([markOf(encoding), bytesIn(encoding)]));
    expect(comment).toContain(`encoding ${encoding} with byte order mark`);
    expect(found).toEqual(rows);
  },
);

test('the first byte beyond ASCII counts wherever it stands', async () => {
  const filler = Array.from({ length: 60_000 }, (_, at) => `${at + 10},plain\n`).join('');
  const [comment, found] = await read(
    bytesIn('windows-1252', `id,name\n${filler}1,Müller\n2,Größe\n3,Zoë\n`),
  );
  expect(comment).toContain('encoding windows-1252');
  expect((found as string[][]).slice(-2)).toEqual([
    ['2', 'Größe'],
    ['3', 'Zoë'],
  ]);
});

test('UTF-8 with some damage stays UTF-8, and the damaged records are named', async () => {
  const good = Array.from({ length: 40 }, (_, at) => `${at},Zoë\n`).join('');
  const content = Buffer.concat([
    Buffer.from(`id,name\n${good}`),
    Buffer.from('40,Zo\xebx\n', 'latin1'),
    Buffer.from('41,ok\n'),
  ]);
  const { relation, rows: found, bad } = await readFileContent(content);
  expect(relation.comment).toContain('encoding utf-8');
  expect(found.length).toBe(41);
  expect(bad.map(({ code, where }) => [code, where])).toEqual([
    ['files.invalid-encoding', 'data.csv line 42'],
  ]);
  expect(Buffer.from(bad[0]?.original ?? [])).toEqual(Buffer.from('40,Zo\xebx', 'latin1'));
});

test.each([
  ['one stray byte in plain ASCII', Buffer.from('id,name\n1,Zo\xebx\n', 'latin1')],
  [
    'bytes that Windows-1252 does not have',
    Buffer.from('id,name\n1,\xe9a\x81\n2,\xe9b\n3,\xe9c\n', 'latin1'),
  ],
  [
    'UTF-8 and Latin-1 in one file',
    Buffer.concat([Buffer.from('id,name\n1,Zoë\n'), Buffer.from('2,Zo\xeb\n', 'latin1')]),
  ],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
])('asks: %s', async (_title, content) => {
  await expect(readFileContent(content)).rejects.toMatchObject({ code: 'files.encoding-unclear' });
});

test('what a person says is taken: bytes that do not fit are bad records', async () => {
  const { rows: found, bad } = await readFileContent(Buffer.from('id,name\n1,Zo\xebx\n2,ok\n', 'latin1'), {
    encoding: 'utf-8',
  });
  expect([found.length, bad.map(({ code }) => code)]).toEqual([1, ['files.invalid-encoding']]);
  const latin = await readFileContent(Buffer.from('id,name\n1,Zo\xeb\n', 'latin1'), { encoding: 'latin-1' });
  expect(latin.rows).toEqual([['1', 'Zoë', '2']]);
});

test('UTF-16 that ends inside a unit is said to be cut off', async () => {
  await expect(
    readFileContent(bytesIn('utf-16le').subarray(0, -1), { encoding: 'utf-16le' }),
  ).rejects.toMatchObject({
    code: 'files.cut-off',
  });
});
