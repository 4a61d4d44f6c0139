import { dayOf, daysInMonth } from './calendar.ts';
import { momentOf } from './moment.ts';
import type { ReadMoment } from './moment-of-text.ts';

const plain =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:(Z)|([-+])(\d\d)(?::?(\d\d))?)?)?$/;

/**
 * Reads the plainest form (`2024-01-05`, `2024-01-05T14:30:15.5+02:00`) in a fifth of the time; undefined for every other
 * form and for every doubt, which is then the full reader's.
 */
export function readPlainMoment(text: string): ReadMoment | undefined {
  const match = plain.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  const [zoneHour, zoneMinute] = [Number(match[10] ?? 0), Number(match[11] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 14 || zoneMinute > 59) return undefined;
  const us = ((hour * 60 + minute) * 60 + second) * 1_000_000 + Number((match[7] ?? '').padEnd(6, '0'));
  const offset = (zoneHour * 60 + zoneMinute) * (match[9] === '-' ? -60 : 60);
  const dayNumber = dayOf(year, month, day);
  return { day: dayNumber, local: momentOf(dayNumber, us), offset: () => offset };
}
