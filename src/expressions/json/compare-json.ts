/** Whether two jsonb texts are the same document: numbers count by their value, so `1.0` equals `1.00`. */
export function sameJson(a: string, b: string): boolean {
  if (a === b) return true;
  // Only a fraction can be spelled in more than one way.
  return (a.includes('.') || b.includes('.')) && trimmedNumbers(a) === trimmedNumbers(b);
}

/** Strings are stepped over, so that digits inside them stay. */
function trimmedNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|(\d+\.\d*?)0+(?!\d)/g, (token: string, kept?: string) =>
    kept === undefined ? token : kept.replace(/\.$/, ''),
  );
}
