const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * An id in the 18 characters of the API. In the org's own pages it has 15, of which upper and lower case differ; the last three
 * say which of them are upper case, five to a character, the first in the lowest bit. Other texts stay as they are.
 */
export function wholeId(id: string): string {
  if (!/^[0-9A-Za-z]{15}$/.test(id)) return id;
  const ends = [0, 5, 10].map((from) => {
    const upper = Array.from({ length: 5 }, (_none, at) => /[A-Z]/.test(id.charAt(from + at)));
    return letters[upper.reduce((sum, is, at) => sum + (is ? 2 ** at : 0), 0)];
  });
  return `${id}${ends.join('')}`;
}
