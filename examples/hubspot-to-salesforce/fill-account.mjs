// Fills a practice HubSpot through its API, as the people of a small company would have over ten years: node fill-account.mjs <address>
const [address = 'http://127.0.0.1:7071'] = process.argv.slice(2);
const authorization = 'Bearer pat-practice';

async function call(method, path, content) {
  const form = content instanceof FormData;
  const answer = await fetch(address + path, {
    method,
    headers: { authorization, ...(form ? {} : { 'content-type': 'application/json' }) },
    ...(content === undefined ? {} : { body: form ? content : JSON.stringify(content) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** Ids of the new records, in their order. A link is the number of its kind and the id of the other end. */
async function make(type, records) {
  const ids = [];
  for (let from = 0; from < records.length; from += 100) {
    const inputs = records.slice(from, from + 100).map(({ links = [], ...properties }) => ({
      properties,
      associations: links.map(([associationTypeId, id]) => ({
        to: { id },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
      })),
    }));
    const { results } = await call('POST', `/crm/v3/objects/${type}/batch/create`, { inputs });
    ids.push(...results.map(({ id }) => id));
  }
  return ids;
}

async function upload(name, content) {
  const form = new FormData();
  form.set('file', new Blob([content], { type: 'application/pdf' }), name);
  form.set('folderPath', '/offers');
  form.set('options', JSON.stringify({ access: 'PRIVATE' }));
  return (await call('POST', '/files/v3/files', form)).id;
}

const some = (count, make) => Array.from({ length: count }, (_none, at) => make(at));
const day = (at) => `20${String(14 + (at % 10)).padStart(2, '0')}-0${(at % 9) + 1}-1${at % 10}T08:15:30.250Z`;

const owners = (await call('GET', '/crm/v3/owners')).results.map(({ id }) => id);
const industries = ['BANKING', 'COMPUTER_SOFTWARE', 'RETAIL', 'ACCOUNTING'];
const tiers = ['gold', 'silver', ''];

const companies = await make(
  'companies',
  some(30, (at) => ({
    name: at === 3 ? `Fabrikam ${'and Daughters '.repeat(20)}` : `Customer ${at + 1}`,
    domain: `customer-${at + 1}.example`,
    industry: at === 4 ? 'TELECOMMUNICATIONS' : industries[at % industries.length],
    tier: at === 5 ? 'trial' : tiers[at % tiers.length],
    numberofemployees: String(at * 17),
    annualrevenue: String(at * 125_000),
    city: 'Malmö',
    hubspot_owner_id: owners[at % owners.length],
    createdate: day(at),
  })),
);

// A person works for a company (1: the primary one), some for another one, too (279); one has no last name.
const contacts = await make(
  'contacts',
  some(90, (at) => ({
    email: `person-${at + 1}@customer-${(at % 30) + 1}.example`,
    firstname: ['Ångström', 'Zoë', 'Mary', '李'][at % 4],
    lastname: at === 7 ? '' : `Person ${at + 1}`,
    jobtitle: 'Engineer',
    hubspot_owner_id: owners[at % owners.length],
    createdate: day(at + 3),
    links: [[1, companies[at % 30]], ...(at % 15 === 0 ? [[279, companies[(at + 1) % 30]]] : [])],
  })),
);

const stages = ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon', 'closedlost'];
const deals = await make(
  'deals',
  some(45, (at) => ({
    dealname: `Deal ${at + 1}`,
    pipeline: 'default',
    dealstage: at === 8 ? 'parked' : stages[at % stages.length],
    amount: `${at * 1000}.${String(at).padStart(2, '0')}`,
    // Midnight in Stockholm, which is the day before in UTC.
    closedate: at === 9 ? '' : `2025-0${(at % 9) + 1}-0${(at % 9) + 1}T22:30:00.000Z`,
    dealtype: at % 2 === 0 ? 'newbusiness' : 'existingbusiness',
    hubspot_owner_id: owners[at % owners.length],
    createdate: day(at + 5),
    links: [[5, companies[at % 30]], [3, contacts[at]], ...(at % 9 === 0 ? [[3, contacts[at + 30]]] : [])],
  })),
);

const files = [
  await upload('offer.pdf', 'a small offer'),
  await upload('offer.pdf', 'another offer of that name'),
  await upload(
    'plan.pdf',
    new Uint8Array(150_000).map((_none, at) => (at * 31 + 7) % 251),
  ),
  await upload('contract é.pdf', 'hangs on two notes'),
];

// A note hangs on people (202), deals (214) or a company (190), and files hang on it.
await make(
  'notes',
  some(60, (at) => ({
    hs_timestamp: day(at + 1),
    hs_createdate: day(at + 2),
    hs_note_body:
      at === 20 ? `<p>${'A long story. '.repeat(3_000)}</p>` : `<p>Called, note ${at + 1} 💥.</p>`,
    hs_attachment_ids: [files[at] ?? '', at === 0 || at === 10 ? files[3] : ''].filter(Boolean).join(';'),
    hubspot_owner_id: owners[at % owners.length],
    links: [
      [202, contacts[at]],
      ...(at === 12 ? [[202, contacts[at + 1]]] : []),
      at % 2 === 0 ? [190, companies[at % 30]] : [214, deals[at % 45]],
    ],
  })),
);
