/**
 * Zones whose offsets before 1970 depend on how the time zone database was built: builds with `backzone` keep the local
 * history of Stockholm, others replace it with Berlin's. Found by comparing PostgreSQL's own copy with a distribution's,
 * second by second around every transition; all other zones had one history in all of them.
 */
export function hasUncertainHistory(name: string): boolean {
  return uncertain.has(name.toLowerCase());
}

const uncertainByRegion: readonly (readonly [region: string, names: string])[] = [
  ['', 'CET CST6CDT EET EST EST5EDT HST MET MST MST7MDT PST8PDT WET'],
  [
    'Africa/',
    'Accra Addis_Ababa Asmara Bamako Bangui Banjul Blantyre Brazzaville Bujumbura Conakry Dakar Dar_es_Salaam ' +
      'Djibouti Douala Freetown Gaborone Harare Kampala Kigali Kinshasa Libreville Lome Luanda Lubumbashi Lusaka ' +
      'Malabo Maseru Mbabane Mogadishu Niamey Nouakchott Ouagadougou Porto-Novo',
  ],
  [
    'America/',
    'Anguilla Antigua Aruba Atikokan Blanc-Sablon Cayman Creston Curacao Dominica Ensenada Grenada Guadeloupe ' +
      'Montserrat Nassau Port_of_Spain Santa_Isabel St_Kitts St_Lucia St_Thomas St_Vincent Tijuana Tortola',
  ],
  ['Antarctica/', 'DumontDUrville McMurdo Syowa'],
  ['Asia/', 'Aden Bahrain Brunei Kuala_Lumpur Kuwait Muscat Phnom_Penh Vientiane'],
  ['Atlantic/', 'Reykjavik St_Helena'],
  [
    'Europe/',
    'Amsterdam Copenhagen Guernsey Isle_of_Man Jersey Ljubljana Luxembourg Monaco Oslo Sarajevo Skopje Stockholm ' +
      'Vaduz Zagreb',
  ],
  ['Indian/', 'Antananarivo Christmas Cocos Comoro Kerguelen Mahe Mayotte Reunion'],
  ['Mexico/', 'BajaNorte'],
  ['Pacific/', 'Chuuk Funafuti Majuro Midway Pohnpei Saipan Wake Wallis'],
];

const uncertain: ReadonlySet<string> = new Set(
  uncertainByRegion.flatMap(([region, names]) =>
    names.split(' ').map((name) => `${region}${name}`.toLowerCase()),
  ),
);
