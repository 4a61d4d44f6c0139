import { answerTasks } from '../side-by-side.ts';
import { moveWithinQuota } from './move-within-quota.ts';

answerTasks(moveWithinQuota);
