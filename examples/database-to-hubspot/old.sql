-- A small CRM as it was kept for years in one file.
create table companies (id integer primary key, name text not null, domain text, employees integer);
create table people (
  id integer primary key, first text, last text, email text, stage text not null default 'lead',
  company_id integer references companies (id));
create table deals (
  id integer primary key, title text not null, amount decimal text(12,2), state text not null, closes date,
  company_id integer not null references companies (id));
create table notes (
  id integer primary key, written_at text not null, body text not null,
  person_id integer not null references people (id));

insert into companies values
  (1, 'Northwind', 'NORTHWIND.example', 120), (2, 'Contoso', 'contoso.example', null), (3, 'Tailspin', null, 7);
insert into people values
  (10, 'Ada', 'Lovelace', 'Ada@northwind.example', 'customer', 1), (11, 'Grace', 'Hopper', 'grace@contoso.example', 'lead', 2),
  (12, 'Alan', 'Turing', null, 'lead', null), (13, 'Edsger', 'Dijkstra', 'edsger@contoso.example', 'customer', 2);
insert into deals values
  (100, 'Engines', '12500.50', 'won', '2025-11-30', 1), (101, 'Compilers', '800.00', 'open', null, 2);
insert into notes values
  (1000, '2024-02-29 08:15:00', 'Called about the engines.', 10),
  (1001, '2025-01-02 17:00:00', 'Wants an offer; speak of é and 💥 too.', 11),
  (1002, '2025-03-04 09:30:00', 'Asked again.', 11);
