-- A small CRM, as a company may have grown it. For SQLite; PostgreSQL takes the same statements.
create table company (
  id integer primary key,
  name text not null,
  website text,
  employees integer,
  tier text not null,
  founded date
);
create table person (
  id integer primary key,
  company_id integer not null references company (id),
  first_name text,
  last_name text not null,
  email text,
  manager_id integer references person (id)
);
create table deal (
  id integer primary key,
  company_id integer not null references company (id),
  title text not null,
  stage text not null,
  amount numeric(12, 2) not null,
  closes date not null
);
insert into company values
  (1, 'Analytical Engines', 'https://engines.example', 12, 'gold', '1837-06-01'),
  (2, 'Bletchley & Sons', null, 9000, 'silver', '1938-08-15'),
  (3, 'Ørsted Måleteknik', 'https://oersted.example', null, 'none', null);
insert into person values
  (1, 1, 'Ada', 'Lovelace', 'ada@engines.example', 2),
  (2, 1, 'Charles', 'Babbage', 'charles@engines.example', null),
  (3, 2, 'Joan', 'Clarke', null, 4),
  (4, 2, null, 'Turing', 'alan@bletchley.example', null);
insert into deal values
  (1, 1, 'Second engine', 'won', 18900.50, '2026-03-01'),
  (2, 2, 'Spare rotors', 'open', 1250.00, '2027-01-31'),
  (3, 2, 'Paper tape', 'lost', 0.10, '2026-02-28');
