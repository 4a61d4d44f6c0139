CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  domain TEXT,
  status TEXT,
  annual_revenue DECIMAL(14,2),
  created TEXT,
  primary_contact_id INTEGER REFERENCES contacts (id)
);
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  account_id INTEGER REFERENCES accounts (id),
  first_name TEXT,
  last_name TEXT,
  emails TEXT,
  phone TEXT,
  remarks TEXT,
  created TEXT
);
CREATE TABLE deals (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  contact_id INTEGER REFERENCES contacts (id),
  title TEXT NOT NULL,
  stage TEXT NOT NULL,
  amount DECIMAL(14,2),
  currency TEXT NOT NULL,
  closed_on TEXT
);
CREATE TABLE activities (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  deal_id INTEGER REFERENCES deals (id),
  kind TEXT NOT NULL,
  subject TEXT,
  occurred_at TEXT NOT NULL,
  duration_min INTEGER
);
CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  body TEXT NOT NULL,
  extra TEXT,
  written TEXT NOT NULL
);
CREATE TABLE attachments (
  id INTEGER PRIMARY KEY,
  note_id INTEGER NOT NULL REFERENCES notes (id),
  file_name TEXT NOT NULL,
  content BLOB NOT NULL
);
-- Nobody remembers what this was for.
CREATE TABLE tmp_import_2019 (
  a TEXT,
  b TEXT,
  c INTEGER
);
CREATE INDEX contacts_account ON contacts (account_id);
CREATE INDEX activities_contact ON activities (contact_id);
