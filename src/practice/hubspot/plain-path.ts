/** Paths with a date, and older spellings, of what is served under its version 3 or 4. */
const spellings: readonly (readonly [pattern: RegExp, plain: string, isDated: boolean])[] = [
  [/^crm\/objects\/2026-0[39]\//, 'crm/v3/objects/', true],
  [/^crm\/objects\/v3\//, 'crm/v3/objects/', false],
  [/^crm\/properties\/2026-0[39]\//, 'crm/v3/properties/', true],
  [/^crm\/property-validations\/2026-0[39]\//, 'crm/v3/property-validations/', true],
  [/^crm\/pipelines\/2026-0[39]\//, 'crm/v3/pipelines/', true],
  [/^crm\/owners\/2026-0[39](?=\/|$)/, 'crm/v3/owners', true],
  [/^crm-object-schemas\/2026-0[39]\/schemas/, 'crm/v3/schemas', true],
  [/^crm-object-schemas\/v3\/schemas/, 'crm/v3/schemas', false],
  [/^crm\/associations\/2026-0[39]\//, 'crm/v4/associations/', true],
];

/** @param path as it came, with its first slash */
export function plainPath(path: string): { readonly path: string; readonly isDated: boolean } {
  const given = path.replace(/^\/|\/+$/g, '');
  const found = spellings.find(([pattern]) => pattern.test(given));
  if (found === undefined) return { path: given, isDated: false };
  const [pattern, plain, isDated] = found;
  return { path: given.replace(pattern, plain), isDated };
}
