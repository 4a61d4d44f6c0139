import { fileURLToPath } from 'node:url';
import { isRight, type Weather, type WeatherResult } from '../hubspot-faults/move-in-weather.ts';
import type { Proof } from '../proof.ts';
import { proveInWeather } from '../weather/prove-in-weather.ts';

const people = 2_000;
const child = fileURLToPath(new URL('../hubspot-faults/weather-child.ts', import.meta.url));

/**
 * 500 scripts of faults of every kind, drawn from the seed, of each of which at least five come about: 2,000 people, 200 companies and
 * their links go into a practice HubSpot that loses answers, carries calls out twice, refuses records and loses some it says it keeps, is
 * locked, migrated, out of calls, has its clock wrong and fails; every second one signed in by OAuth, whose tokens end meanwhile. By the
 * account's own file each is there once, with its values and its link, and none is after it was taken back.
 */
export const prove: Proof = async (options) =>
  await proveInWeather<Weather, WeatherResult>(
    {
      child,
      weather: (seed, at) => ({ seed, people, byOauth: at % 2 === 1 }),
      records: people * 1.1,
      isRight,
    },
    options,
  );
