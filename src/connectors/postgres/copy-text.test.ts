import { describe, expect, it } from 'vitest';
import { type CopyLine, copyFields, copyLines } from './copy-text.ts';

describe('the text format of COPY', () => {
  it.each([
    ['a\tb', ['a', 'b']],
    ['\\N\t\t\\\\N', [null, '', '\\N']],
    ['a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh', ['a\tb\nc\rd\\e\bf\fg\vh']],
    ['', ['']],
  ] as [string, (string | null)[]][])('splits %j', (line, values) => {
    expect(copyFields(line)).toEqual(values);
  });

  it('finds the same lines however the bytes are cut', async () => {
    const bytes = Buffer.from('ä\t1\n\\N\t💥 long line\n\nlast\n');
    const expected = ['ä\t1', '\\N\t💥 long line', '', 'last'];
    for (let size = 1; size <= bytes.length; size += 1)
      expect(await lines(cut(bytes, size))).toEqual(expected);
  });

  it('keeps the bytes of a line that is not UTF-8 and takes no other with it', async () => {
    const bytes = Buffer.concat([Buffer.from('ok\n'), Buffer.of(0xc3, 0x28, 10), Buffer.from('ö\n')]);
    expect(await lines([bytes])).toEqual(['ok', Buffer.of(0xc3, 0x28), 'ö']);
  });
});

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_none, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}

async function lines(chunks: readonly Buffer[]): Promise<CopyLine[]> {
  const found: CopyLine[] = [];
  const source = async function* (): AsyncGenerator<Buffer> {
    yield* chunks;
  };
  for await (const some of copyLines(source())) found.push(...some);
  return found;
}
