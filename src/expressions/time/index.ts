import type { CatalogPart } from '../registry.ts';

/** Nothing yet. */
export const timeCatalog: CatalogPart = {};
