/** The names this machine has for itself. A tunnel to elsewhere has them too: then `environment` has to be said. */
export function isHere(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?|\/.*)$/i.test(host);
}
