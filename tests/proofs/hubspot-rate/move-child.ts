import { answerTasks } from '../side-by-side.ts';
import { moveAtRate } from './move-at-rate.ts';

answerTasks(moveAtRate);
