-- The ledger itself and what is no view of it. Nothing here can be made anew from other tables.

-- LOST: without the row a database is not recognised and refuses to open.
CREATE TABLE schema (
  version INTEGER NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL -- SHA-256 of the statements that made this version
) STRICT;

CREATE TABLE entry (
  seq INTEGER NOT NULL PRIMARY KEY, -- place in the tree, from 0, without gaps
  leaf BLOB NOT NULL,               -- hash of the entry's commitment
  body BLOB NOT NULL                -- domain::ledger::codec, version 4
) STRICT;

-- LOST: a tile can be computed anew from the leaves below it.
CREATE TABLE tile (
  spot INTEGER NOT NULL PRIMARY KEY, -- level * 2^56 + index
  nodes BLOB NOT NULL                -- written once, when complete
) STRICT;

-- One row. The suite and the origin are chosen when the ledger is made.
CREATE TABLE head (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  suite TEXT NOT NULL,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  checkpoint TEXT NOT NULL
) STRICT;

-- The texts of every pack that was proposed or adopted: old decisions keep their law.
-- LOST: decisions by that pack still verify, but nobody can compute them again.
CREATE TABLE pack (
  digest TEXT NOT NULL PRIMARY KEY,
  files TEXT NOT NULL -- JSON: path -> text
) STRICT;

-- Frames of draws: who could be drawn. The digest of the text stands in the ledger.
-- LOST: the published file has the text; without it the draw cannot be computed again, nor changed.
CREATE TABLE frame (
  draw INTEGER NOT NULL PRIMARY KEY, -- the entry of the plan
  text TEXT NOT NULL,
  codes BLOB NOT NULL -- of the objects in the order of the text, 18 bytes each; not published
) STRICT;

-- Rule changes somebody is still writing.
-- LOST: the writing begins anew; nothing was proposed yet.
CREATE TABLE draft (
  id INTEGER NOT NULL PRIMARY KEY,
  author TEXT NOT NULL,
  title TEXT NOT NULL,
  base TEXT NOT NULL,
  files TEXT NOT NULL, -- JSON: path -> text, the changed files only
  changed INTEGER NOT NULL -- milliseconds since 1970-01-01T00:00Z
) STRICT;

CREATE TABLE account (
  name TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  organ TEXT,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  key TEXT NOT NULL,
  closed INTEGER NOT NULL,
  person TEXT NOT NULL -- key of a natural person (domain::person::Key); empty for all others
) STRICT;
CREATE INDEX account_key ON account (key);

CREATE TABLE session (
  digest TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (name),
  until INTEGER NOT NULL -- milliseconds since 1970-01-01T00:00Z
) STRICT;

-- Ways to reach somebody outside the house. They are personal, so they stand in no entry.
-- LOST: notices reach only the box on the site until the ways are left again.
CREATE TABLE contact (
  box TEXT NOT NULL, -- code of an organisation or organ, or key of a person
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (box, channel)
) STRICT, WITHOUT ROWID;
