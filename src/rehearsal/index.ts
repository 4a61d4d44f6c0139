/** Rehearsals: which records, and how the real code runs over them in a world of its own. */
export { chooseSample, type SampleRequest } from './choose-sample.ts';
export type { AwkwardRecord, Link, LinkedParent, Sample, SampledRelation, SampleReason } from './sample.ts';
export { provenShare, sampleSize } from './sample-size.ts';
export { sampledSystem } from './sampled-system.ts';
