import type { Draw } from './draw.ts';
import {
  drawClock,
  drawDay,
  drawInstant,
  drawSpan,
  drawTime,
  drawTimestamp,
  zoneNames,
} from './time-values.ts';

/** Texts as people and systems write dates, times and intervals: right, lenient and wrong ones. */
const months = [
  'Jan',
  'Feb',
  'March',
  'apr',
  'MAY',
  'June',
  'Jul',
  'Aug',
  'Sept',
  'October',
  'Nov',
  'December',
  'Foo',
];

function year(draw: Draw): string {
  return draw.of(['2024', '1999', '24', '99', '0', '70', '69', '12345', '0044', '524']);
}

function month(draw: Draw): string {
  return `${draw.between(0, 13)}`.padStart(draw.of([1, 2]), '0');
}

function day(draw: Draw): string {
  return `${draw.between(0, 32)}`.padStart(draw.of([1, 2]), '0');
}

function writtenDay(draw: Draw): string {
  const mark = draw.of(['-', '/', '.', ' ', '-']);
  const [y, m, d, name] = [year(draw), month(draw), day(draw), draw.of(months)];
  return draw.of([
    drawDay(draw),
    `${y}${mark}${m}${mark}${d}`,
    `${d}${mark}${m}${mark}${y}`,
    `${d}${mark}${name}${mark}${y}`,
    `${name} ${d}, ${y}`,
    `${name} ${d} ${y}`,
    `${y} ${name} ${d}`,
    `${y}${m.padStart(2, '0')}${d.padStart(2, '0')}`,
    `${y}.${draw.between(1, 370)}`,
    `${y}-${`${draw.between(1, 366)}`.padStart(3, '0')}`,
    `J${draw.between(0, 2_500_000)}`,
    draw.of(['epoch', 'infinity', '-infinity', 'now', 'today', '+infinity', 'allballs', 'yesterday']),
  ]);
}

function writtenClock(draw: Draw): string {
  return draw.of([
    drawClock(draw),
    drawClock(draw).slice(0, 5),
    `${draw.between(0, 13)}:${draw.between(10, 61)} ${draw.of(['am', 'PM'])}`,
    `${draw.between(0, 25)}:${draw.between(0, 61)}:${draw.between(0, 61)}`,
    `${drawClock(draw).slice(0, 8)}.${draw.between(0, 99_999_999)}`,
    drawClock(draw)
      .replaceAll(':', '')
      .slice(0, draw.of([4, 6])),
    `T${drawClock(draw)}`,
    '24:00:00',
    '23:59:60',
    '10:20.5',
    '1:2:3.4.5',
  ]);
}

function writtenZone(draw: Draw): string {
  return draw.of([
    '',
    '',
    'Z',
    ' Z',
    '+02',
    '-0530',
    '+05:30',
    '-08:00:30',
    '+16',
    ' +15:59',
    ' BC',
    ' AD',
    ` ${draw.of(zoneNames)}`,
    ' EST',
    ' PDT',
    ' MET DST',
    ' bc',
  ]);
}

/** Now and then something is lost, doubled or changed. */
function damaged(draw: Draw, text: string): string {
  if (!draw.chance(0.12) || text === '') return text;
  const at = draw.between(0, text.length - 1);
  return draw.of([
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + draw.of([' ', '-', ':', 'T', '0', 'x', '.', '/', '+', ',', 'é']) + text.slice(at),
    `  ${text} `,
    text.replace(' ', 'T'),
    text.toUpperCase(),
  ]);
}

export function drawDateText(draw: Draw): string {
  if (draw.chance(0.02)) return draw.of(['', ' ', 'tomorrow', 'null', '0', '1e5']);
  const weekday = draw.chance(0.08) ? draw.of(['Mon ', 'Tuesday, ', 'wed ']) : '';
  const clock = draw.chance(0.2)
    ? `${draw.of([' ', 'T', ', '])}${writtenClock(draw)}${writtenZone(draw)}`
    : writtenZone(draw);
  return damaged(draw, weekday + writtenDay(draw) + clock);
}

export function drawMomentText(draw: Draw): string {
  if (draw.chance(0.3))
    return damaged(draw, draw.of([drawTimestamp(draw), drawInstant(draw)]).replace(' ', draw.of([' ', 'T'])));
  return damaged(
    draw,
    `${writtenDay(draw)}${draw.of([' ', 'T', ' '])}${writtenClock(draw)}${writtenZone(draw)}`,
  );
}

export function drawClockText(draw: Draw): string {
  return damaged(
    draw,
    draw.of([
      drawTime(draw),
      `${writtenClock(draw)}${writtenZone(draw)}`,
      `${writtenDay(draw)} ${writtenClock(draw)}`,
    ]),
  );
}

const units = [
  'microseconds',
  'us',
  'ms',
  'milliseconds',
  's',
  'sec',
  'seconds',
  'min',
  'minutes',
  'h',
  'hours',
  'd',
  'days',
  'week',
  'w',
  'mon',
  'months',
  'y',
  'years',
  'decades',
  'century',
  'millennium',
  'fortnight',
  'm',
];

function amount(draw: Draw): string {
  const whole = draw.of(['0', '1', '2', '12', '45', '100', '2147483647', '3000000000', '178000000', '']);
  const fraction = draw.chance(0.35)
    ? draw.of(['.5', '.25', '.1', '.999999', '.0000005', '.123456789', '.'])
    : '';
  const sign = draw.of(['', '', '-', '+', '- ']);
  return whole === '' && fraction === '' ? `${sign}1` : `${sign}${whole}${fraction}`;
}

export function drawSpanText(draw: Draw): string {
  const parts = draw.many(
    draw.between(1, 4),
    () => `${amount(draw)}${draw.of([' ', ' ', ''])}${draw.of(units)}`,
  );
  return damaged(
    draw,
    draw.of([
      drawSpan(draw),
      parts.join(' '),
      `${parts.join(' ')} ago`,
      `@ ${parts[0]}`,
      `${amount(draw)} ${writtenClock(draw)}`,
      `${draw.between(-3, 9)}-${draw.between(0, 12)}`,
      amount(draw),
      `P${amount(draw)}Y${amount(draw)}M${amount(draw)}DT${amount(draw)}H${amount(draw)}M${amount(draw)}S`,
      `P${draw.between(0, 99)}W`,
      'P0001-02-03T04:05:06',
      'P00010203T040506',
      'PT36H',
      'P-1Y-2M3DT-4H5M6.789S',
      `PT${amount(draw)}S`,
      draw.of(['infinity', '-infinity', 'ago', '1 day ago 2 hours', '', 'P', 'PT', '1 2 3', 'day']),
    ]),
  );
}
