import { serveSink } from '../../host/index.ts';
import { CopyTextStage, type StageOrder } from './stage-copy-text.ts';

/** The thread that takes COPY's bytes apart and stages their records; see `stage-slice.ts`. */
serveSink((order: StageOrder) => new CopyTextStage(order));
