import { answerTasks } from '../side-by-side.ts';
import { moveInWeather } from './weather.ts';

answerTasks(moveInWeather);
