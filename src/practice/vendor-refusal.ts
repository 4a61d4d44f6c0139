import type { PracticeAnswer } from './practice-message.ts';

/** Ends the work on a call with the vendor's own words. Never leaves the practice system. */
export abstract class VendorRefusal extends Error {
  /** @param correlationId by which the vendor would find the call again, where its bodies have such a word */
  abstract answer(correlationId?: string): PracticeAnswer;
}

/** What the work answers, or what it was refused with. */
export function answerOrRefusal(work: () => PracticeAnswer, correlationId?: string): PracticeAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof VendorRefusal) return error.answer(correlationId);
    throw error;
  }
}
