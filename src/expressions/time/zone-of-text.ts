import { valueFault } from '../faults.ts';
import { zoneRulesUncertain } from './faults.ts';
import { abbreviationMinutes, isMovingAbbreviation } from './zone-abbreviations.ts';
import { hasUncertainHistory } from './zone-history.ts';
import { fixedZone, type ZoneRules, zoneFromIntl } from './zone-rules.ts';

/**
 * The zone that a text names, in PostgreSQL's order: an abbreviation (`EST`), a name of the time zone database
 * (`Europe/Berlin`, in any case), a POSIX offset (`UTC-2`: two hours EAST, the sign is turned round).
 * Throws 22023 for a name nobody knows.
 */
export function zoneOfText(text: string): ZoneRules {
  const known = zones.get(text);
  if (known !== undefined) return known;
  const minutes = abbreviationMinutes(text.toLowerCase());
  const zone = minutes === undefined ? namedZone(text) : fixedZone(text, minutes * 60);
  if (zones.size > 2_000) zones.clear();
  zones.set(text, zone);
  return zone;
}

const zones = new Map<string, ZoneRules>();

/** A zone of the database or a POSIX offset; abbreviations do not count here. */
export function namedZone(text: string): ZoneRules {
  if (isMovingAbbreviation(text.toLowerCase()))
    throw zoneRulesUncertain(
      `the abbreviation ${text} stood for different offsets at different times`,
      'Use the full name of the zone, for example Europe/Moscow for MSK.',
    );
  const zone = zoneOfDatabase(text) ?? posixZone(text);
  if (zone === undefined) throw valueFault('22023', `time zone ${JSON.stringify(text)} not recognized`);
  return zone;
}

export function isZoneName(text: string): boolean {
  return zoneOfDatabase(text) !== undefined || posixZone(text) !== undefined;
}

/** Names without a slash that the time zone database has; JavaScript engines know more of them, PostgreSQL does not. */
const plainNames: ReadonlySet<string> = new Set(
  (
    'cet cst6cdt cuba eet est est5edt egypt eire gb gb-eire gmt gmt+0 gmt-0 gmt0 greenwich hst hongkong iceland iran ' +
    'israel jamaica japan kwajalein libya met mst mst7mdt nz nz-chat navajo prc pst8pdt poland portugal roc rok ' +
    'singapore turkey uct utc universal w-su wet zulu'
  ).split(' '),
);

const isUtc = /^(?:etc\/)?(?:utc|uct|universal|zulu|gmt|gmt[+-]?0|greenwich)$/i;

function zoneOfDatabase(text: string): ZoneRules | undefined {
  if (isUtc.test(text)) return fixedZone(text, 0);
  if (text.includes('/') ? /^systemv\/|^us\/pacific-new$/i.test(text) : !plainNames.has(text.toLowerCase()))
    return undefined;
  const rules = zoneFromIntl(text);
  return rules !== undefined && hasUncertainHistory(text) ? certainSince1970(rules) : rules;
}

/** Refuses what lies before 1970: there the copies of the time zone database tell different stories of this zone. */
function certainSince1970(rules: ZoneRules): ZoneRules {
  const certain = (second: number): number => {
    if (second >= 0) return second;
    throw zoneRulesUncertain(
      `what ${rules.name} had before 1970 depends on how the time zone database was built`,
      'Use a fixed offset (at time zone interval) for such old values, or keep them without a zone.',
    );
  };
  return {
    name: rules.name,
    fixed: false,
    offsetAt: (second) => rules.offsetAt(certain(second)),
    offsetOfLocal: (second) => rules.offsetOfLocal(certain(second)),
  };
}

const standardName = /^(?:<[^>]*>|[^\d,+<-][^\d,+-]*)?/;
const offsetForm = /^([-+]?)(\d+)(?::(\d+)(?::(\d+))?)?/;

/** `UTC+3`, `<+0330>-03:30`, `-07`: name, offset west of UTC, and nothing behind. */
function posixZone(text: string): ZoneRules | undefined {
  const behindName = text.slice(standardName.exec(text)?.[0].length ?? 0);
  const standard = posixOffset(behindName);
  if (standard === undefined) return undefined;
  const behind = behindName.slice(standard.length);
  if (behind === '') return fixedZone(text, 0 - standard.west);
  const summerName = /^(?:<[^>]*>|[^\d,+-]+)/.exec(behind)?.[0] ?? '';
  const rules = behind.slice(summerName.length);
  if (summerName === '' || (/^[^,;]/.test(rules) && posixOffset(rules) === undefined)) return undefined;
  const shown = JSON.stringify(text);
  throw valueFault('0A000', `the zone ${shown} describes its own summer time; use the name of a zone`);
}

/** Seconds west and the length of their text; undefined where PostgreSQL reads no offset. */
function posixOffset(text: string): { west: number; length: number } | undefined {
  const match = offsetForm.exec(text);
  if (match === null) return undefined;
  const [whole, sign, hours, minutes = '0', seconds = '0'] = match;
  if (Number(hours) > 167 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { west: sign === '-' ? 0 - size : size, length: whole.length };
}
