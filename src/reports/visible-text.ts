/**
 * What a terminal would obey rather than show: control characters except tab and line feed (a colour, a title, a cleared
 * screen, a line written over), and the marks that turn the direction of writing, so that a text reads otherwise than it is.
 */
const obeyed = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * The same text with each of them as its escape, `\u001b`: what names and values hold is seen, and does nothing. In a JSON
 * document, where they stand in strings only, the escape means what it stands for: a program reads the same.
 */
export function visibleText(text: string): string {
  return text.replaceAll(obeyed, escaped);
}

/** The same for a text that has one line of its own: it cannot begin another, which would look like one of godwit's. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
