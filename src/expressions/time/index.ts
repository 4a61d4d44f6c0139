/** Dates, times, intervals and formats of the mapping language, with PostgreSQL's meaning and without losing a microsecond. */
export { timeOverloads as timeCatalog } from './overloads.ts';
export { type DateStyle, type DateStyleName, recognizeDateStyle } from './recognize-date-style.ts';
export { zoneOfText } from './zone-of-text.ts';
export { zoneRulesVersion } from './zone-rules-version.ts';
