/**
 * The text of an index over plain fields with these fields under their new names: how they are sorted, further fields, and how
 * it is stored stay. Null where one of them is not copied as it is, or where the text says more.
 *
 * @param definition from ` USING ` on, as PostgreSQL spells it
 */
export function renamedIndex(definition: string, copied: ReadonlyMap<string, string>): string | null {
  const found = parts.exec(definition)?.groups;
  if (!found) return null;
  const own = renamedList(found['own'] ?? '', copied);
  const further = found['further'] === undefined ? '' : renamedList(found['further'], copied);
  if (own === null || further === null) return null;
  const covers = further === '' ? '' : ` INCLUDE (${further})`;
  return `${found['method']}(${own})${covers}${found['behind'] ?? ''}`;
}

const listed = String.raw`(?:"(?:[^"]|"")*"|[^"()])*`;
const parts = new RegExp(
  String.raw`^(?<method> USING \w+ )\((?<own>${listed})\)(?: INCLUDE \((?<further>${listed})\))?(?<behind>(?: NULLS NOT DISTINCT)?(?: WITH \([^()]*\))?)$`,
);

function renamedList(list: string, copied: ReadonlyMap<string, string>): string | null {
  const renamed = list.split(element).map((text) => {
    const [, spelled = '', how = ''] = /^\s*("(?:[^"]|"")*"|[^\s",]+)(.*)$/s.exec(text) ?? [];
    const name = spelled.startsWith('"') ? spelled.slice(1, -1).replaceAll('""', '"') : spelled;
    const now = copied.get(name);
    return now === undefined ? null : `"${now.replaceAll('"', '""')}"${how}`;
  });
  return renamed.includes(null) ? null : renamed.join(', ');
}

/** A comma that stands in no name: behind it the quotes are in pairs. */
const element = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;
