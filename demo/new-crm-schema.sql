CREATE TABLE companies (
  id INTEGER PRIMARY KEY,
  legacy_id INTEGER NOT NULL UNIQUE,
  name VARCHAR(120) NOT NULL,
  domain VARCHAR(120),
  status VARCHAR(10) NOT NULL CHECK (status IN ('current', 'pending', 'on_hold', 'former')),
  annual_revenue DECIMAL(14,2),
  created_on TEXT NOT NULL,
  main_person_id INTEGER REFERENCES people (id)
);
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  legacy_id INTEGER NOT NULL UNIQUE,
  company_id INTEGER NOT NULL REFERENCES companies (id),
  full_name VARCHAR(160) NOT NULL,
  phone VARCHAR(40),
  about VARCHAR(255),
  created_on TEXT NOT NULL
);
CREATE TABLE person_emails (
  person_id INTEGER NOT NULL REFERENCES people (id),
  position INTEGER NOT NULL,
  email VARCHAR(254) NOT NULL,
  PRIMARY KEY (person_id, position)
);
CREATE TABLE opportunities (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES companies (id),
  person_id INTEGER REFERENCES people (id),
  title VARCHAR(200) NOT NULL,
  stage VARCHAR(20) NOT NULL CHECK (stage IN ('open', 'proposal', 'won', 'lost')),
  amount DECIMAL(14,2),
  currency CHAR(3) NOT NULL,
  closed_on TEXT
);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id),
  opportunity_id INTEGER REFERENCES opportunities (id),
  kind VARCHAR(20) NOT NULL,
  subject VARCHAR(200),
  occurred_at TEXT NOT NULL,
  duration_min INTEGER
);
CREATE TABLE comments (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id),
  body VARCHAR(600) NOT NULL,
  source VARCHAR(40),
  written_at TEXT NOT NULL
);
CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  comment_id INTEGER NOT NULL REFERENCES comments (id),
  file_name VARCHAR(120) NOT NULL,
  content BLOB NOT NULL
);
