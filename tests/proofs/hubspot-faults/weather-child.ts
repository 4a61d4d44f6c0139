import { moveInWeather, type Weather } from './weather.ts';

/** Moves in one weather after the other, each as the parent says, and answers with what came of it. */
process.on('message', (weather: Weather) => {
  moveInWeather(weather).then(
    (result) => process.send?.({ weather, result }),
    (error: unknown) =>
      process.send?.({ weather, error: error instanceof Error ? error.stack : String(error) }),
  );
});
