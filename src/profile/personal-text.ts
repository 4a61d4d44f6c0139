/**
 * Whether a text holds data about a person in a form that can be told from its shape alone: e-mail addresses, phone numbers with
 * their country, US social security numbers, bank accounts (IBAN, by its check digits) and card numbers (by theirs), anywhere in
 * it. Names, addresses and stories have no such form: a text without a finding is not proven clean.
 */
export function holdsPersonalData(text: string): boolean {
  if (email.test(text) || phone.test(text) || socialSecurity.test(text)) return true;
  for (const [found] of text.matchAll(account)) if (isAccount(found.replaceAll(' ', ''))) return true;
  for (const [found] of text.matchAll(card)) if (isCard(found.replaceAll(/[ -]/g, ''))) return true;
  return false;
}

// No repetition in front of the @: over a long text without one it would start again at every character.
const email = /[^\s@]@[^\s@]+\.[^\s@]/;
const phone = /(?:^|[^\w+])\+\d(?:[ ().-]{0,2}\d){7,14}(?!\w)/;
const socialSecurity = /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/;
const account = /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)/g;
const card = /(?<![\w-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])/g;

/** ISO 13616: the country and check digits behind the rest, letters as numbers from 10 on, is 1 modulo 97. */
function isAccount(text: string): boolean {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36)))
      rest = (rest * 10 + (digit.charCodeAt(0) - 48)) % 97;
  return rest === 1;
}

/** ISO/IEC 7812: every second digit from the right doubled, the sum of all digits is a multiple of ten. */
function isCard(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || /^0+$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
