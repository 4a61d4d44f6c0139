import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';
import { isRight, type Weather, type WeatherResult } from '../salesforce-faults/move-in-weather.ts';
import { proveInWeather } from '../weather/prove-in-weather.ts';

const contacts = 2_000;
const child = fileURLToPath(new URL('../salesforce-faults/weather-child.ts', import.meta.url));

/**
 * 500 scripts of faults of every kind, drawn from the seed, of each of which at least five come about: 200 accounts and 2,000 contacts
 * go into a practice Salesforce that keeps answers to itself, cuts them off, carries calls out twice, locks records, says that it saved
 * what it did not, signs everybody out, has its clock wrong and fails; every second one by bulk jobs. By the org's own file each record
 * is there once, with its values and its account, and none is after it was taken back.
 */
export const prove: Proof = async (options) =>
  await proveInWeather<Weather, WeatherResult>(
    {
      child,
      weather: (seed, at) => ({ seed, contacts, inBulk: at % 2 === 1 }),
      records: contacts * 1.1,
      isRight,
    },
    options,
  );
