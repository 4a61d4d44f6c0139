import { describe, expect, it } from 'vitest';
import { recognizeDateStyle } from './recognize-date-style.ts';

function styles(text: string): string {
  return recognizeDateStyle(text)
    .map(
      ({ name, impossible, time }) =>
        `${name}${impossible ? ' impossible' : ''}${time === 'none' ? '' : ` ${time}`}`,
    )
    .join(' | ');
}

describe('recognizeDateStyle', () => {
  it.each([
    ['2024-01-05', 'ISO'],
    ['2024-1-5', 'ISO'],
    ['2024-02-30', 'ISO impossible'],
    ['2024-01-05 14:30:15.123', 'ISO zoneless'],
    ['2024-01-05T14:30:15Z', 'ISO zoned'],
    ['2024-01-05T14:30:15+02:00', 'ISO zoned'],
    ['2024-01-05 25:30', 'ISO impossible zoneless'],
    ['2024/01/05', 'YYYY/MM/DD'],
    ['20240105', 'YYYYMMDD'],
    ['20241305', 'YYYYMMDD impossible'],
    ['20240105143015', 'YYYYMMDDHHMISS zoneless'],
    ['03/04/2024', 'DD/MM/YYYY | MM/DD/YYYY'],
    ['25/12/2024', 'DD/MM/YYYY'],
    ['12/25/2024 2:30 PM', 'MM/DD/YYYY zoneless'],
    ['31/02/2024', 'DD/MM/YYYY impossible'],
    ['40/40/2024', 'DD/MM/YYYY impossible | MM/DD/YYYY impossible'],
    ['13-02-2024', 'DD-MM-YYYY'],
    ['02-13-2024', 'MM-DD-YYYY'],
    ['05.01.2024', 'DD.MM.YYYY'],
    ['31.02.2024', 'DD.MM.YYYY impossible'],
    ['1/2/24', 'DD/MM/YY | MM/DD/YY'],
    ['05 Jan 2024', 'DD Mon YYYY'],
    ['5-Jan-2024', 'DD Mon YYYY'],
    ['Fri, 05 Jan 2024 14:30:15 GMT', 'DD Mon YYYY zoned'],
    ['Jan 5, 2024', 'Mon DD, YYYY'],
    ['September 31, 2024', 'Mon DD, YYYY impossible'],
    ['1704465000', 'epoch seconds zoned'],
    ['1704465000123', 'epoch milliseconds zoned'],
    ['12345678', ''],
    ['2024', ''],
    ['', ''],
    ['hello world', ''],
    ['2024-01-05x', ''],
    ['+46 8 123 456 78', ''],
    ['192.168.10.12', ''],
    ['marathon 12 2024', ''],
    ['May Smith 2024', ''],
  ])('%s: %s', (text, expected) => {
    expect(styles(text)).toBe(expected);
  });

  it('takes at least 500,000 texts a second', () => {
    const texts = [
      '2024-01-05',
      '03/04/2024',
      'hello world',
      '1704465000',
      'Jan 5, 2024',
      '05.01.2024',
      'Some Company Ltd',
    ];
    const begin = process.cpuUsage().user;
    let found = 0;
    for (let round = 0; round < 30_000; round += 1)
      for (const text of texts) found += recognizeDateStyle(text).length;
    const perSecond = (texts.length * 30_000) / ((process.cpuUsage().user - begin) / 1_000_000);
    expect(found).toBe(30_000 * 6);
    expect(perSecond).toBeGreaterThan(500_000);
  });
});
