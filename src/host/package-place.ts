/**
 * Where the files of this package lie. Built code is gathered into few files: what a module finds beside itself among the sources
 * is elsewhere then, so files are named from here, by the place they have among the sources. The build keeps this module one
 * folder deep, as it is here.
 */
const here = import.meta.url;

/** The module a thread begins with: its source while it runs as such, else what was built of it. @param module without its ending, from the rooms' folder: `connectors/mysql/export-thread` */
export function threadEntry(module: string): URL {
  return new URL(`../${module}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
}

/** A file that the package holds beside its code. @param name from the package's own folder: `package.json` */
export function packageFile(name: string): URL {
  return new URL(`../../${name}`, here);
}
