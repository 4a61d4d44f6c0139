import { GodwitError, Secret } from '../model/index.ts';

/** The one place that reads the environment. A secret leaves it as a `Secret`, so that printing it shows nothing. */
export interface Environment {
  secret(name: string): Secret | null;
  text(name: string): string | null;
}

const forPrograms = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'PATHEXT'];

export const processEnvironment: Environment = {
  secret: (name) => {
    const value = process.env[name];
    return value === undefined || value === '' ? null : new Secret(value);
  },
  text: (name) => process.env[name] ?? null,
};

/** What programs that godwit starts see: no secret, and no word that changes what a client does. */
export function environmentForPrograms(
  environment: Environment = processEnvironment,
): Readonly<Record<string, string>> {
  const given = forPrograms.flatMap((name) => {
    const value = environment.text(name) ?? processEnvironment.text(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(given), LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
}

/** Throws `project.missing-secret` when the variable is not set. */
export function requireSecret(environment: Environment, name: string, purpose: string): Secret {
  const secret = environment.secret(name);
  if (secret !== null) return secret;
  throw new GodwitError({
    code: 'project.missing-secret',
    title: `The environment variable ${name} is not set`,
    detail: `it holds ${purpose}`,
    nextStep: `Set ${name} and run the command again, for example: read -rs ${name} && export ${name}`,
    fate: 'never',
  });
}
