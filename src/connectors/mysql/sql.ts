/** Names and literals under the settings every session fixes: backquotes for names, backslashes as escapes in texts. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

export function qualifiedName(outer: string, inner: string): string {
  return `${quoteName(outer)}.${quoteName(inner)}`;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
  '\u001a': '\\Z',
};

/** A text in the connection's character set, utf8mb4. */
export function quoteText(text: string): string {
  // Control characters on purpose: these are the ones to escape.
  return `'${text.replace(/[\0\n\r\\'\u001a]/g, (found) => escapes[found] ?? found)}'`;
}

export function hexLiteral(bytes: Uint8Array): string {
  return `X'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`;
}

/** Bytes of a text as they are stored in a column of that character set. */
export function storedTextLiteral(charset: string, bytes: Uint8Array): string {
  return `_${charset} ${hexLiteral(bytes)}`;
}
