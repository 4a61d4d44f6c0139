/**
 * Zone abbreviations and their offsets in minutes east of UTC, as PostgreSQL's set `Default` has them (the same in 15 and
 * 18). An abbreviation comes before a zone of the same name: `CET` is always +01:00 here, summer or winter.
 */
export function abbreviationMinutes(name: string): number | undefined {
  return fixed.get(name);
}

/** Abbreviations whose offset PostgreSQL derives from a zone's history; they are refused, see `zone-of-text.ts`. */
export function isMovingAbbreviation(name: string): boolean {
  return moving.has(name);
}

const fixedByMinutes: readonly (readonly [minutes: number, names: string])[] = [
  [-600, 'hst taht'],
  [-570, 'mart'],
  [-540, 'akst gamt'],
  [-480, 'akdt pst'],
  [-420, 'mst pdt'],
  [-360, 'cst galt mdt'],
  [-300, 'act cdt cot est pet'],
  [-240, 'amt ast bot edt'],
  [-210, 'nft nst'],
  [-180, 'adt bra brt clst gft pmst pyst uyt wgt'],
  [-150, 'ndt'],
  [-120, 'brst fnt pmdt uyst wgst'],
  [-60, 'azot egt fnst'],
  [0, 'azost egst gmt uct ut utc wet z zulu'],
  [60, 'bst cet met mez wat wetdst'],
  [120, 'bdst cest cetdst eet ist mest mesz metdst sast'],
  [180, 'eat eest eetdst fet idt'],
  [210, 'irt'],
  [240, 'msd mut ret sct'],
  [270, 'aft'],
  [300, 'must mvt pkt tft tjt uzt'],
  [345, 'npt'],
  [360, 'almt bdt btt kgst pkst uzst xjt yekst'],
  [390, 'mmt'],
  [420, 'almst cxt ict wast'],
  [480, 'awst bnt bort cct hkt myt pht wadt'],
  [525, 'acwst'],
  [540, 'awsst jayt jst kst pwt ulast wdt'],
  [570, 'acst cast'],
  [600, 'aest chut ddut kdt ligt mpt pgt trut yapt'],
  [630, 'acdt acsst cadt lhst sadt'],
  [660, 'aedt aesst pont vut'],
  [720, 'fjt gilt mht nzst nzt tvt wakt wft'],
  [765, 'chast'],
  [780, 'fjst nzdt tot'],
  [825, 'chadt'],
];

const fixed: ReadonlyMap<string, number> = new Map(
  fixedByMinutes.flatMap(([minutes, names]) => names.split(' ').map((name) => [name, minutes] as const)),
);

const moving: ReadonlySet<string> = new Set(
  (
    'amst anast anat arst art azst azt ckt clt davt easst east fkst fkt gest get gyt iot irkst irkt kgt kost krast ' +
    'krat lhdt lint lkt magst magt mawt msk novst novt nut omsst omst petst pett pyt sgt tkt tmt ulat vet vlast vlat ' +
    'volt yakst yakt yekt'
  ).split(' '),
);
