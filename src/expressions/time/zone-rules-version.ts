import { offsetProbe } from './zone-rules.ts';

/**
 * A name for the time zone rules in use: the same on every machine with the same rules, another when one offset of the
 * probed zones and years differs. Written into the runbook for each party, so that a conversion is only left to a database
 * whose own probe gives the same name.
 */
export function zoneRulesVersion(): string {
  return `probe1:${fingerprint(zoneRulesProbe())}`;
}

/** FNV-1a, 64 bits: nobody gains by forging it, and this room has no cryptographic hash. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/** The probed offsets as text: one line a zone, one number of seconds a probe; to see which zone differs. */
export function zoneRulesProbe(): string {
  return probedZones.map((name) => `${name} ${offsetsOf(name)}`).join('\n');
}

function offsetsOf(name: string): string {
  const probe = offsetProbe(name);
  if (probe === undefined) return 'unknown';
  return probedSeconds.map((second) => probe(second)).join(' ');
}

/** Zones of every continent, and those whose rules changed in the last years. */
const probedZones: readonly string[] = (
  'Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Argentina/Buenos_Aires America/Asuncion ' +
  'America/Chicago America/Denver America/Los_Angeles America/Mexico_City America/New_York America/Nuuk ' +
  'America/Santiago America/Sao_Paulo America/St_Johns America/Vancouver Asia/Almaty Asia/Beirut Asia/Dubai Asia/Gaza ' +
  'Asia/Kathmandu Asia/Kolkata Asia/Manila Asia/Shanghai Asia/Tehran Asia/Tokyo Australia/Lord_Howe Australia/Sydney ' +
  'Europe/Berlin Europe/Chisinau Europe/Dublin Europe/Istanbul Europe/London Europe/Moscow Europe/Stockholm ' +
  'Europe/Volgograd Pacific/Apia Pacific/Auckland Pacific/Fiji Pacific/Norfolk'
).split(' ');

/** The middle of each quarter from 1900 to 2040. */
const probedSeconds: readonly number[] = Array.from({ length: 141 * 4 }, (_, index) =>
  Math.round((Date.UTC(1900 + Math.floor(index / 4), (index % 4) * 3 + 1, 15) / 86_400_000) * 86_400),
);
