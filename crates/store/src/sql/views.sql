-- Views: what the entries add up to. Only `project` writes here, and `rebuild` can make all anew.
--
-- A row bears the number of the entry that made it, so a replay gives the same rows. Days are whole
-- days since 1970-01-01: three bytes instead of ten, compared without parsing. Foreign keys are left
-- out, because the entries are the truth and a view only repeats them. `main.` is replaced when a
-- scratch copy is made.

CREATE TABLE main.entity (
  seq INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  registered INTEGER,
  address TEXT NOT NULL,
  form TEXT NOT NULL,
  division TEXT NOT NULL,
  nonconforming INTEGER NOT NULL,
  provisional INTEGER NOT NULL,
  source TEXT NOT NULL
) STRICT;

CREATE TABLE main.former_name (
  seq INTEGER NOT NULL PRIMARY KEY,
  entity TEXT NOT NULL,
  name TEXT NOT NULL,
  since INTEGER NOT NULL -- day on which it was given up
) STRICT;
CREATE INDEX main.former_name_entity ON former_name (entity);

CREATE TABLE main.alias (
  alias TEXT NOT NULL,
  entity TEXT NOT NULL,
  PRIMARY KEY (alias, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.alias_entity ON alias (entity);

-- Every name an entity has or had. `id` begins with the length of the name, so that a search reads
-- the shortest names first and can stop: see registry/find.rs.
CREATE TABLE main.name (
  id INTEGER NOT NULL PRIMARY KEY,
  entity TEXT NOT NULL,
  plain TEXT NOT NULL
) STRICT;
CREATE INDEX main.name_plain ON name (plain);

-- Tokens of desk::search for each row of `name`. They are made in Rust; the tokenizer only splits at
-- blanks. Where a token stands in the name is not kept: a hit is compared with the name itself.
CREATE VIRTUAL TABLE main.name_text USING fts5 (
  tokens, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '~()&.-'"
);

CREATE TABLE main.organ (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  parent TEXT,
  division TEXT NOT NULL
) STRICT;

-- Documents whose code and name contradict each other, until somebody settles them.
CREATE TABLE main.doubt (
  seq INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  stated TEXT NOT NULL,
  registered TEXT NOT NULL,
  docket TEXT NOT NULL,
  filer TEXT NOT NULL,
  source TEXT NOT NULL,
  day INTEGER NOT NULL
) STRICT;
CREATE INDEX main.doubt_docket ON doubt (docket);

CREATE TABLE main.submission (
  seq INTEGER NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  filer TEXT NOT NULL,
  file TEXT NOT NULL,
  day INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  total INTEGER NOT NULL,
  findings TEXT NOT NULL -- JSON: finding code -> count
) STRICT;
CREATE INDEX main.submission_file ON submission (file);
CREATE INDEX main.submission_filer ON submission (filer, seq);

CREATE TABLE main.source_state (
  source TEXT NOT NULL PRIMARY KEY,
  delivered INTEGER NOT NULL
) STRICT;

CREATE TABLE main.record (
  seq INTEGER NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  act TEXT NOT NULL,
  organ TEXT NOT NULL,
  filer TEXT NOT NULL,
  entity TEXT,
  docket TEXT NOT NULL,
  key BLOB NOT NULL,
  decided INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  severity TEXT,
  version INTEGER NOT NULL,
  superseded INTEGER NOT NULL, -- a correction stands in its place
  revoked INTEGER NOT NULL,
  fine INTEGER, -- fen
  repairable INTEGER,
  gone INTEGER NOT NULL, -- first day on which it weighs nothing
  -- The duty that the decision opened and this filing did; most duties are of this sort, and none of
  -- them has a row in `duty`.
  rule INTEGER,            -- duty_rule.seq
  opened INTEGER,
  last INTEGER             -- absent while the year has no official calendar
) STRICT;
-- The first half of a key is that of the document, so this finds a decision and its siblings.
CREATE INDEX main.record_key ON record (key);
CREATE INDEX main.record_duty ON record (organ, seq) WHERE rule IS NOT NULL;

-- Working days and article of duties, each kept once.
CREATE TABLE main.duty_rule (
  seq INTEGER NOT NULL PRIMARY KEY, -- the entry that stated it first
  budget INTEGER NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;

-- A row exists only while the public may see the record.
CREATE TABLE main.publication (
  seq INTEGER NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  act TEXT NOT NULL,
  entity TEXT NOT NULL,
  organ TEXT NOT NULL,
  organ_name TEXT NOT NULL,
  docket TEXT NOT NULL,
  decided INTEGER NOT NULL,
  severity TEXT,
  shown_from INTEGER NOT NULL,
  repairable INTEGER NOT NULL,
  hidden INTEGER NOT NULL, -- first day on which it is shown no more
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  fields TEXT NOT NULL -- JSON: [[column, masked text], …]
) STRICT;
CREATE INDEX main.publication_entity ON publication (entity);
CREATE INDEX main.publication_organ ON publication (organ, act, decided, seq);
CREATE INDEX main.publication_hidden ON publication (hidden, seq);

CREATE TABLE main.withdrawal (
  seq INTEGER NOT NULL PRIMARY KEY,
  record INTEGER NOT NULL,
  docket TEXT NOT NULL,
  organ TEXT NOT NULL,
  entity TEXT,
  how TEXT NOT NULL,
  reason TEXT NOT NULL,
  document TEXT NOT NULL,
  day INTEGER NOT NULL
) STRICT;

CREATE TABLE main.duty (
  seq INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  organ TEXT NOT NULL,
  docket TEXT NOT NULL,
  key BLOB NOT NULL,
  opened INTEGER NOT NULL,
  budget INTEGER NOT NULL, -- working days
  last INTEGER,            -- absent while the year has no official calendar
  near INTEGER,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  done INTEGER,
  record INTEGER,
  reminded INTEGER NOT NULL
) STRICT;
CREATE INDEX main.duty_organ ON duty (organ, seq);

-- What is not done yet: few among many, so neither the daily work nor a filed row looks at the rest.
CREATE TABLE main.duty_open (
  seq INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  key BLOB NOT NULL
) STRICT;
CREATE INDEX main.duty_open_key ON duty_open (key);

CREATE TABLE main.reminder (
  seq INTEGER NOT NULL PRIMARY KEY,
  duty INTEGER NOT NULL,
  organ TEXT NOT NULL,
  docket TEXT NOT NULL,
  stage INTEGER NOT NULL,
  day INTEGER NOT NULL
) STRICT;

CREATE TABLE main.screening (
  seq INTEGER NOT NULL PRIMARY KEY,
  entity TEXT,
  organ TEXT NOT NULL,
  matter TEXT NOT NULL,
  case_no TEXT NOT NULL
) STRICT;
CREATE INDEX main.screening_case ON screening (organ, case_no);

CREATE TABLE main.decided_case (
  seq INTEGER NOT NULL PRIMARY KEY,
  organ TEXT NOT NULL,
  matter TEXT NOT NULL,
  case_no TEXT NOT NULL,
  decided INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX main.decided_case_no ON decided_case (organ, case_no);
CREATE INDEX main.decided_case_day ON decided_case (decided);

CREATE TABLE main.law (
  seq INTEGER NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL, -- milliseconds since 1970-01-01T00:00Z
  rules INTEGER NOT NULL,
  unconfirmed INTEGER NOT NULL,
  proposal INTEGER,
  signed TEXT NOT NULL -- JSON: names
) STRICT;

CREATE TABLE main.proposal (
  seq INTEGER NOT NULL PRIMARY KEY,
  proposed TEXT NOT NULL, -- JSON: domain::statute::Proposed
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  declined TEXT -- JSON: domain::statute::Declined
) STRICT;

CREATE TABLE main.grade (
  entity TEXT NOT NULL PRIMARY KEY,
  scale TEXT NOT NULL,
  score INTEGER NOT NULL,
  grade TEXT NOT NULL,
  as_of INTEGER NOT NULL, -- day since which it stands
  next INTEGER,           -- day on which it changes by itself
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX main.grade_next ON grade (next) WHERE next IS NOT NULL;

-- Every grade an entity ever had.
CREATE TABLE main.grade_change (
  entity TEXT NOT NULL,
  seq INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  scale TEXT NOT NULL,
  score INTEGER NOT NULL,
  grade TEXT NOT NULL,
  PRIMARY KEY (entity, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.grade_run (
  seq INTEGER NOT NULL PRIMARY KEY,
  run TEXT NOT NULL, -- JSON: domain::grade::GradeRun
  law TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE main.replayed (
  seq INTEGER NOT NULL PRIMARY KEY,
  replayed TEXT NOT NULL, -- JSON: domain::ledger::event::Replayed
  at INTEGER NOT NULL
) STRICT;

-- Which entries touch an entity.
CREATE TABLE main.history (
  entity TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (entity, seq)
) STRICT, WITHOUT ROWID;

-- Counts the home page shows; counting a million rows anew for each visitor costs too much.
CREATE TABLE main.tally (
  name TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT;
