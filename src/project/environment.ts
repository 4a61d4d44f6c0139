import { GodwitError, Secret } from '../model/index.ts';

/** The one place that reads the environment. A secret leaves it as a `Secret`, so that printing it shows nothing. */
export interface Environment {
  secret(name: string): Secret | null;
  text(name: string): string | null;
}

export const processEnvironment: Environment = {
  secret: (name) => {
    const value = process.env[name];
    return value === undefined || value === '' ? null : new Secret(value);
  },
  text: (name) => process.env[name] ?? null,
};

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
