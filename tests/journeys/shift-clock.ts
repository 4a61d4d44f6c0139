/**
 * Loaded in front of a command (`node --import`): the machine's clock stands JOURNEY_CLOCK_DAYS days later. Only for journeys in which
 * something expires; the command itself knows nothing of it.
 */
const shiftMs = Number(process.env['JOURNEY_CLOCK_DAYS'] ?? '0') * 86_400_000;
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...given: [] | [number | string]) {
    super(...((given.length === 0 ? [RealDate.now() + shiftMs] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
