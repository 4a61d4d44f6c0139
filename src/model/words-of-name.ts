/** The words of a name as systems spell them: `billingZIPCode2` -> billing zip code. Digits at the end of a word are numbering. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (/^icd\d+$/.test(word) ? word : word.replace(/\d+$/, '')))
    .filter((word) => word !== '');
}
