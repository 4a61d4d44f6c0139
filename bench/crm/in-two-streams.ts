/** Two pieces of work at a time. Work may add to the list; a stream without work waits for the other, which may yet add some. */
export async function inTwoStreams(work: (() => Promise<unknown>)[]): Promise<void> {
  let busy = 0;
  let wake: (() => void)[] = [];
  const stream = async (): Promise<void> => {
    for (;;) {
      const next = work.shift();
      if (next === undefined) {
        if (busy === 0) break;
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      busy += 1;
      try {
        await next();
      } finally {
        busy -= 1;
        for (const resolve of wake) resolve();
        wake = [];
      }
    }
  };
  await Promise.all([stream(), stream()]);
}
