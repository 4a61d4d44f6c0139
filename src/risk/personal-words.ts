/** What kinds of personal data there are and how column names speak of them, in the languages column names are often written in. */
export type PersonalCategory =
  | 'name'
  | 'email'
  | 'phone'
  | 'address'
  | 'birth'
  | 'identity-document'
  | 'account'
  | 'income'
  | 'health'
  | 'belief-or-origin'
  | 'gender'
  | 'secret'
  | 'online-id'
  | 'location'
  | 'image'
  | 'free-text';

/** Kinds that laws guard more than others, or that open doors. */
export const guardedCategories: ReadonlySet<PersonalCategory> = new Set([
  'identity-document',
  'account',
  'income',
  'health',
  'belief-or-origin',
  'secret',
]);

/**
 * Word sequences (`first name` fits `first_name`, `FirstName`, `customer_first_name`); the first category that fits wins, so
 * the narrow ones stand before the wide ones.
 */
export const nameWords: readonly (readonly [PersonalCategory, readonly string[]])[] = [
  [
    'secret',
    listed(`password, passwd, pwd, passwort, passphrase, secret, token, api key, private key, pin code, cvv,
    cvc, otp, mot de passe, contrasena`),
  ],
  [
    'online-id',
    listed(`ip, ip address, ipaddress, mac address, user agent, cookie, cookie id, device id, imei, advertising
    id, session id, twitter, facebook, linkedin, instagram, skype`),
  ],
  ['email', listed(`email, e mail, mail, email address, courriel, correo`)],
  [
    'phone',
    listed(`phone, telephone, tel, telefon, telefono, mobile, mobil, cell, cellphone, fax, handy, msisdn,
    whatsapp`),
  ],
  [
    'identity-document',
    listed(`ssn, soc sec, social security, social insurance, national id, nino, passport, driver license, driving
    licence, drivers license, license number, tax id, tin, steuernummer, steuer id, personal number, personnummer, cpf, cnp, dni,
    nif, aadhaar, identity card, ausweis, id card, id number`),
  ],
  [
    'account',
    listed(`iban, bic, swift, bank account, account number, kontonummer, konto, sort code, routing number,
    credit card, card number, card no, cc number, pan, kreditkarte`),
  ],
  [
    'income',
    listed(`salary, income, wage, gehalt, lohn, payroll, credit score, bonus, net worth, compensation`),
  ],
  [
    'health',
    listed(`diagnosis, diagnose, icd, icd10, disease, illness, symptom, medication, prescription, treatment,
    allergy, allergies, blood, blood type, disability, patient, medical, health, krankheit, insurance
    number, pregnant, vaccination, mrn, npi, weight kg, height cm, bmi`),
  ],
  [
    'belief-or-origin',
    listed(`religion, faith, konfession, ethnicity, ethnic, race, political, party membership, union member,
    sexual orientation, nationality, citizenship, caste`),
  ],
  [
    'birth',
    listed(`birth, birthday, birthdate, dob, date of birth, born, geburtsdatum, geburtstag, geboren, naissance,
    nacimiento, age`),
  ],
  ['gender', listed(`gender, sex, geschlecht, sexe, sexo, pronouns, marital status, maiden name`)],
  [
    'name',
    listed(`first name, firstname, last name, lastname, full name, fullname, surname, given name, givenname,
    family name, middle name, nick name, nickname, forename, vorname, nachname, prenom, nombre,
    apellido, apellidos, cognome, contact name, person name, customer name, holder name, cardholder,
    salutation, username, user name, login`),
  ],
  [
    'address',
    listed(`address, street, strasse, adresse, direccion, indirizzo, zip, zipcode, zip code, postcode, post
    code, postal code, plz, house number, hausnummer, apartment, city, ort, stadt, ville, ciudad,
    county, suburb`),
  ],
  ['location', listed(`latitude, longitude, lat, lng, lon, geolocation, gps`)],
  ['image', listed(`photo, picture, avatar, portrait, signature, fingerprint, biometric, face`)],
  [
    'free-text',
    listed(`notes, note, comment, comments, remark, remarks, bemerkung, message, body, biography, bio`),
  ],
];

/** A plain `name` is a person's only where the relation is about people. */
export const peopleWords: readonly string[] =
  listed(`person, people, contact, contacts, customer, customers, user, users, employee, employees, staff,
  member, members, patient, patients, client, clients, lead, leads, student, students, actor, actors,
  author, authors, guest, guests, owner, owners, tenant, tenants, candidate, candidates, agent, agents,
  kunde, kunden, mitarbeiter, personen`);

/** Words that say a field is about the thing beside the person: `email_sent_count`, `phone_verified_at`. */
export const deflectingWords: ReadonlySet<string> = new Set(
  listed(`count, counts, verified, enabled, sent, status, type, template, subject, opt, optin, format, flag, is,
  has, allow, allows, valid, at, bounced, required, max, min, total, limit, policy`),
);

function listed(phrases: string): readonly string[] {
  return phrases.split(/,\s+/);
}
