import { expect, test } from 'vitest';
import { isGodwitError } from '../../model/index.ts';
import type { FileOptions } from './address.ts';
import { readFileContent } from './folder-of-files.contract.ts';

/** What is shown of a file, and its rows without the line numbers. */
async function look(content: string | Uint8Array, options: FileOptions = {}): Promise<[string, unknown]> {
  const { relation, rows } = await readFileContent(content, options);
  const names = relation.fields.filter(({ synthetic }) => !synthetic).map(({ name }) => name);
  return [relation.comment ?? '', [names, ...rows.map((row) => row.slice(0, -1))]];
}

async function refusal(content: string | Uint8Array, options: FileOptions = {}): Promise<string> {
  try {
    return `read: ${(await look(content, options))[0]}`;
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return `${error.code} ${error.nextStep}`;
  }
}

test.each([
  ['comma', 'id,name\n1,Ann\n2,Bob\n', 'delimiter ","'],
  ['semicolon with decimal commas', 'id;price\n1;1,50\n2;2,75\n', 'delimiter ";"'],
  ['tab', 'id\tname\n1\tAnn, B\n2\tBob\n', 'delimiter "\\t"'],
  [
    'comma and space, where quotes tell',
    'id, name, city\n1, "Doe, A", Bonn\n2, "Doe, B", \n',
    'delimiter ", "',
  ],
  ['spaces behind some commas', 'id,name,city\n1, Ann, Bonn\n2,Bob, Kiel\n', 'delimiter ","'],
  ['pipe', 'id|name\n1|Ann\n2|Bob\n', 'delimiter "|"'],
  ['single quotes that hold delimiters', "id,name\n1,'Doe, A'\n2,'Doe, B'\n", "quote '"],
  ['backslash before quotes', 'id,name\n1,"a \\"b\\" c"\n2,"d, \\"e"\n', 'escaped by \\'],
  ['doubled quotes', 'id,name\n1,"a ""b"" c"\n', 'doubled inside'],
  ['CRLF', 'id,name\r\n1,Ann\r\n', 'line ends crlf'],
  ['CR', 'id,name\r1,Ann\r', 'line ends cr'],
  ['both line ends', 'id,name\r\n1,Ann\n2,Bob\r\n', 'line ends mixed'],
  ['no header', '1,Ann,2020-01-02\n2,Bob,2020-01-03\n', 'without header'],
  ['names that are written as names', 'first_name,last_name\nAnn,Lee\nBob,Ray\n', 'with header'],
  ['one column', 'email\na@example.org\nb@example.org\n', 'with header'],
])('finds %s', async (_title, content, shown) => {
  expect((await look(content))[0]).toContain(shown);
});

test.each([
  ['two delimiters that fit equally', 'a;b,c;d\n1;2,3;4\n5;6,7;8\n', 'delimiter'],
  ['a first record that may be a header or not', 'Max,Berlin\nAnna,Bonn\nUta,Kiel\n', 'header'],
  ['years as names', 'country,2019,2020\nSweden,1,2\nNorway,3,4\n', 'header'],
  ['lines before the header', 'Export of today,,\n,,\nid,name,amount\n1,Ann,2\n2,Bob,3\n', 'skip_lines'],
  ['a space behind every comma', 'id, name, city\n1, Ann, Bonn\n2, , Kiel\n', 'delimiter'],
  ['prose that holds commas', 'note\nwell, yes\nno\nno, sir, no\n', 'delimiter'],
  ['two quotes that read differently', `id,"x"\n1,'a'\n2,'b'\n3,"c"\n`, 'quote'],
])('asks: %s', async (_title, content, part) => {
  const asked = await refusal(content);
  if (!asked.startsWith('files.dialect-unclear')) expect.fail(asked);
  expect(asked).toContain(`\`${part}\``);
});

test('what a person says is not looked for', async () => {
  expect((await look('Max,Berlin\nAnna,Bonn\n', { header: false }))[1]).toEqual([
    ['column_1', 'column_2'],
    ['Max', 'Berlin'],
    ['Anna', 'Bonn'],
  ]);
  expect((await look('a;b,c;d\n1;2,3;4\n', { delimiter: ';' }))[1]).toEqual([
    ['a', 'b,c', 'd'],
    ['1', '2,3', '4'],
  ]);
  expect((await look('Export\n\nid,name\n1,Ann\n', { skipLines: 2 }))[1]).toEqual([
    ['id', 'name'],
    ['1', 'Ann'],
  ]);
  expect(
    (await look('1,5" pipe\n2,x\n', { strayQuotes: 'keep', columns: ['id', 'what'], header: false }))[1],
  ).toEqual([
    ['id', 'what'],
    ['1', '5" pipe'],
    ['2', 'x'],
  ]);
});

test('null is what a person says it is, unquoted', async () => {
  const content = 'id,name\n1,\n2,""\n3,NULL\n4,"NULL"\n';
  expect((await look(content))[1]).toEqual([
    ['id', 'name'],
    ['1', ''],
    ['2', ''],
    ['3', 'NULL'],
    ['4', 'NULL'],
  ]);
  expect((await look(content, { null: '' }))[1]).toEqual([
    ['id', 'name'],
    ['1', null],
    ['2', ''],
    ['3', 'NULL'],
    ['4', 'NULL'],
  ]);
  expect((await look(content, { null: 'NULL' }))[1]).toEqual([
    ['id', 'name'],
    ['1', ''],
    ['2', ''],
    ['3', null],
    ['4', 'NULL'],
  ]);
});

test('a header that names a column twice is refused until the columns are named', async () => {
  const content = 'id,name,name\n1,Ann,Lee\n';
  expect(await refusal(content, { header: true })).toContain('files.header-unusable');
  expect((await look(content, { header: true, columns: ['id', 'first', 'last'] }))[1]).toEqual([
    ['id', 'first', 'last'],
    ['1', 'Ann', 'Lee'],
  ]);
});

test('a file without a byte is a relation without fields', async () => {
  const { relation, rows } = await readFileContent('');
  expect(relation.fields.map(({ name }) => name)).toEqual(['#line']);
  expect(rows).toEqual([]);
});

test('where a person said the delimiter, records that do not fit it are bad records, not a question', async () => {
  const edited = 'id,name\n1,Ann\n2,"Bob\n3,Cid,extra\n4,D "x" E\n5,Eve\n6,F,extra\n';
  expect(await refusal(edited)).toContain('`delimiter`');
  const { rows, bad } = await readFileContent(edited, { delimiter: ',' });
  expect(rows.map((row) => row[1])).toEqual(['Ann', 'Eve']);
  // The quote that is never closed reaches to the next one.
  expect(bad.map(({ code }) => code)).toEqual(['files.text-behind-quote', 'files.ragged-record']);
  expect(await refusal(`a;x\n'1;2';y\n"3;4";z\n`, { delimiter: ';' })).toContain('`quote`');
});
