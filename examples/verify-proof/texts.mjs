// What every part of the check needs: hashes, base64, Ed25519, and texts that can be written in one way only (RFC 8785).
import { createHash, createPublicKey, verify as verifyEd25519 } from 'node:crypto';

export const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
export const digest = (text) => `sha256:${sha256(Buffer.from(text)).toString('hex')}`;
export const leafHash = (bytes) => sha256(Buffer.of(0), bytes);
export const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** What is wrong, and on which line of the bundle. */
export class Fault extends Error {
  constructor(code, line) {
    super(`${code}@${line}`);
  }
}
export const need = (condition, code, line) => {
  if (!condition) throw new Fault(code, line);
};

export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
export const part = (value, name) =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? value[name] : undefined;

export function canonical(value, depth = 0) {
  if (depth > 200) throw new SyntaxError('too deep');
  if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('half of a character');
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new SyntaxError('beyond 2^53');
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`;
  if (!isObject(value))
    return Number.isFinite(value ?? 0) || typeof value !== 'number' ? JSON.stringify(value) : '';
  const names = Object.keys(value).sort();
  if (!names.every((name) => name.isWellFormed())) throw new SyntaxError('half of a character');
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name], depth + 1)}`).join(',')}}`;
}

/** The value of bytes in canonical form; undefined for any others. */
export function readCanonical(bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text);
    return canonical(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

export function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

export function hashes(texts) {
  const all = texts.map(fromBase64);
  return all.every((one) => one?.length === 32) ? all : null;
}

export const rawKey = (text) => Buffer.from(text.slice('ed25519:'.length), 'base64');
export function signedBy(key, message, signature) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), rawKey(key)]);
  return (
    signature.length === 64 &&
    verifyEd25519(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  );
}

export const string = (value) => typeof value === 'string';
export const strings = (value) => Array.isArray(value) && value.every(string);
export const shape = (value, checks) =>
  isObject(value) &&
  Object.keys(value).sort().join() === Object.keys(checks).sort().join() &&
  Object.entries(checks).every(([name, fits]) => fits(value[name]));
export const is =
  (...allowed) =>
  (value) =>
    allowed.includes(value);
