import type { FunctionDeclaration } from './registry.ts';

/** `lpad(text, int4, text)`, `concat(any ...)`. */
export function signatureText(item: FunctionDeclaration): string {
  const types = item.arguments.map((type, at) =>
    item.variadic === true && at === item.arguments.length - 1 ? `${type} ...` : type,
  );
  return `${item.name}(${types.join(', ')})`;
}
