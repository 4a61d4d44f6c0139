import { answerTasks } from '../side-by-side.ts';
import { moveInWeather } from './move-in-weather.ts';

answerTasks(moveInWeather);
