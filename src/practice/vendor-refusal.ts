import type { PracticeAnswer } from './practice-message.ts';

/** Ends the work on a call with the vendor's own words. Never leaves the practice system. */
export abstract class VendorRefusal extends Error {
  abstract answer(): PracticeAnswer;
}

/** What the work answers, or what it was refused with. */
export function answerOrRefusal(work: () => PracticeAnswer): PracticeAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof VendorRefusal) return error.answer();
    throw error;
  }
}
