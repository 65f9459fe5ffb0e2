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
  common INTEGER NOT NULL, -- record_common.seq
  entity TEXT,
  docket TEXT NOT NULL,
  document INTEGER NOT NULL, -- the key: that of the document, then the rest of it
  part INTEGER NOT NULL,
  decided INTEGER NOT NULL,
  filed INTEGER NOT NULL,
  version INTEGER NOT NULL,
  superseded INTEGER NOT NULL, -- a correction stands in its place
  revoked INTEGER NOT NULL,
  fine INTEGER, -- fen
  repairable INTEGER,
  gone INTEGER NOT NULL, -- first day on which it weighs nothing
  -- The duty that the decision opened and this filing did, where `common` names a rule; most duties
  -- are of this sort, and none of them has a row in `duty`.
  opened INTEGER,
  last INTEGER             -- absent while the year has no official calendar
) STRICT;
-- Finds a decision and what else its document says.
CREATE INDEX main.record_document ON record (document);
CREATE INDEX main.record_of ON record (common);

-- What many records have in common, kept once: a large file is written the faster the smaller its rows.
CREATE TABLE main.record_common (
  seq INTEGER NOT NULL PRIMARY KEY, -- the entry that stated it first
  source TEXT NOT NULL,
  act TEXT NOT NULL,
  organ TEXT NOT NULL,
  filer TEXT NOT NULL,
  severity TEXT,
  rule INTEGER -- duty_rule.seq
) STRICT;
CREATE INDEX main.record_common_organ ON record_common (organ);

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
  common INTEGER NOT NULL, -- publication_common.seq
  entity TEXT NOT NULL,
  docket TEXT NOT NULL,
  decided INTEGER NOT NULL,
  shown_from INTEGER NOT NULL,
  repairable INTEGER NOT NULL,
  hidden INTEGER NOT NULL, -- first day on which it is shown no more
  fields TEXT NOT NULL -- JSON: masked texts, one for each column that `common` names, null where it is empty
) STRICT;
CREATE INDEX main.publication_newest ON publication (common, decided);
CREATE INDEX main.publication_hidden ON publication (hidden);

-- What many publications have in common, kept once.
CREATE TABLE main.publication_common (
  seq INTEGER NOT NULL PRIMARY KEY, -- the entry that was shown first with it
  source TEXT NOT NULL,
  act TEXT NOT NULL,
  organ TEXT NOT NULL,
  organ_name TEXT NOT NULL,
  severity TEXT,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  columns TEXT NOT NULL -- JSON: names of the public columns
) STRICT;
CREATE INDEX main.publication_common_organ ON publication_common (organ, act);

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
  case_no TEXT NOT NULL,
  day INTEGER NOT NULL
) STRICT;
CREATE INDEX main.screening_case ON screening (organ, case_no);
CREATE INDEX main.screening_entity ON screening (entity) WHERE entity IS NOT NULL;

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

-- Procedures: one row each, made of their own entries by folding them anew at every step.
CREATE TABLE main.procedure (
  id INTEGER NOT NULL PRIMARY KEY, -- the entry that began it
  noun TEXT NOT NULL,
  entity TEXT,
  organ TEXT,   -- who leads it
  other TEXT,   -- another body with a part in it
  about INTEGER, -- record, listing or procedure it is about
  topic TEXT NOT NULL,
  state TEXT NOT NULL,
  open INTEGER NOT NULL,
  internal INTEGER NOT NULL, -- the entity was not told yet
  opened INTEGER NOT NULL,
  touched INTEGER NOT NULL, -- its last entry
  next INTEGER, -- first day on which the day itself asks for something
  others TEXT NOT NULL -- codes of further bodies with a part in it, joined by commas
) STRICT;
CREATE INDEX main.procedure_entity ON procedure (entity, noun) WHERE entity IS NOT NULL;
CREATE INDEX main.procedure_organ ON procedure (organ, noun) WHERE organ IS NOT NULL;
CREATE INDEX main.procedure_other ON procedure (other, noun) WHERE other IS NOT NULL;
CREATE INDEX main.procedure_about ON procedure (about) WHERE about IS NOT NULL;
CREATE INDEX main.procedure_noun ON procedure (noun, open, topic);
CREATE INDEX main.procedure_next ON procedure (next) WHERE next IS NOT NULL;

CREATE TABLE main.procedure_step (
  procedure INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (procedure, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.procedure_clock (
  procedure INTEGER NOT NULL,
  place INTEGER NOT NULL,
  duty TEXT NOT NULL,
  organ TEXT, -- absent where the office owes
  entitled INTEGER NOT NULL, -- a right of the entity, with which nobody is late
  opened INTEGER NOT NULL,
  last INTEGER,
  done INTEGER,
  late INTEGER NOT NULL,
  void INTEGER NOT NULL,
  escalated INTEGER,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  PRIMARY KEY (procedure, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.procedure_clock_open ON procedure_clock (organ, last) WHERE done IS NULL AND void = 0;

-- 承诺编码 in use.
CREATE TABLE main.commitment_number (
  number TEXT NOT NULL PRIMARY KEY,
  id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row exists only while the public may see the listing.
CREATE TABLE main.listed (
  id INTEGER NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,
  list_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  organ TEXT NOT NULL,
  document TEXT NOT NULL,
  day INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  early INTEGER,
  grounds TEXT NOT NULL, -- JSON: texts of the law
  exits TEXT NOT NULL,   -- JSON: texts of the law
  appeal TEXT NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;
CREATE INDEX main.listed_entity ON listed (entity);
CREATE INDEX main.listed_list ON listed (list, day);

-- A row exists only while the public may see the commitment, or its determined breach.
CREATE TABLE main.pledge (
  id INTEGER NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  entity TEXT NOT NULL,
  kind TEXT NOT NULL,
  matter TEXT NOT NULL,
  content TEXT NOT NULL, -- masked
  organ TEXT NOT NULL,
  made INTEGER NOT NULL,
  until INTEGER,
  state TEXT NOT NULL,
  document TEXT, -- that determined the breach
  hidden INTEGER -- first day on which the breach is shown no more
) STRICT;
CREATE INDEX main.pledge_entity ON pledge (entity);

-- 异议处理中: a row exists while the objection is being worked on.
CREATE TABLE main.dispute (
  objection INTEGER NOT NULL PRIMARY KEY,
  record INTEGER NOT NULL,
  field TEXT,
  since INTEGER NOT NULL
) STRICT;
CREATE INDEX main.dispute_record ON dispute (record);

-- What eased a record or let it come back.
CREATE TABLE main.relief (
  seq INTEGER NOT NULL PRIMARY KEY,
  record INTEGER NOT NULL,
  why TEXT NOT NULL,
  free INTEGER NOT NULL, -- nothing of the record holds from here on
  day INTEGER NOT NULL
) STRICT;
CREATE INDEX main.relief_record ON relief (record);

CREATE TABLE main.unrepairable (
  record INTEGER NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL,
  statute TEXT NOT NULL,
  article TEXT NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;

-- 两书同达: decision and notice of repair were served together.
CREATE TABLE main.told (
  record INTEGER NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;

CREATE TABLE main.message (
  serial INTEGER NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  sent TEXT NOT NULL, -- JSON: domain::exchange::Sent
  last INTEGER        -- day by which it must be acknowledged
) STRICT;

CREATE TABLE main.message_to (
  serial INTEGER NOT NULL,
  receiver TEXT NOT NULL,
  answer TEXT,
  day INTEGER,
  named INTEGER, -- day on which it was listed as late
  PRIMARY KEY (serial, receiver)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.message_waiting ON message_to (receiver, serial) WHERE answer IS NULL;

-- Receivers that did not acknowledge in time, as anybody may see.
CREATE TABLE main.laggard (
  serial INTEGER NOT NULL,
  receiver TEXT NOT NULL,
  says TEXT NOT NULL,
  last INTEGER NOT NULL,
  answered INTEGER,
  PRIMARY KEY (serial, receiver)
) STRICT, WITHOUT ROWID;

-- What other platforms said.
CREATE TABLE main.heard (
  seq INTEGER NOT NULL PRIMARY KEY,
  document BLOB NOT NULL,
  entity TEXT NOT NULL
) STRICT;
CREATE INDEX main.heard_document ON heard (document, entity);

CREATE TABLE main.partner (
  word TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  partner TEXT NOT NULL -- JSON: domain::exchange::Partner
) STRICT, WITHOUT ROWID;

-- Notices: in whose box, and when the next attempt is due.
CREATE TABLE main.letter (
  id INTEGER NOT NULL PRIMARY KEY,
  box TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  day INTEGER, -- of the next attempt
  minute INTEGER
) STRICT;
CREATE INDEX main.letter_box ON letter (box, id);
CREATE INDEX main.letter_due ON letter (day, minute) WHERE day IS NOT NULL;
CREATE INDEX main.letter_dead ON letter (state, id) WHERE state = 'dead';

-- Facts an evaluation counts that are no filed records, and filed ones that came back.
CREATE TABLE main.standing_fact (
  entity TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  known INTEGER NOT NULL,
  class INTEGER NOT NULL,
  amount INTEGER NOT NULL, -- whole yuan
  day INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  repairable INTEGER,
  PRIMARY KEY (entity, seq, kind, known)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.standing_fact_seq ON standing_fact (seq);

CREATE TABLE main.refusal (
  seq INTEGER NOT NULL PRIMARY KEY,
  refused TEXT NOT NULL -- JSON: domain::procedure::Refused
) STRICT;

CREATE TABLE main.duty_shift (
  seq INTEGER NOT NULL PRIMARY KEY,
  duty INTEGER NOT NULL,
  shift TEXT NOT NULL -- JSON: domain::procedure::Shift
) STRICT;
CREATE INDEX main.duty_shift_duty ON duty_shift (duty);

-- A row exists only while the public may see the result: one for each item of a visit.
CREATE TABLE main.inspected (
  id INTEGER NOT NULL, -- the visit
  place INTEGER NOT NULL,
  entity TEXT NOT NULL,
  organ TEXT NOT NULL,
  item TEXT NOT NULL,
  item_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  result TEXT NOT NULL,
  problem INTEGER NOT NULL,
  on_site INTEGER NOT NULL,
  day INTEGER NOT NULL, -- of the visit
  published INTEGER NOT NULL,
  late INTEGER NOT NULL,
  draw INTEGER,
  ends INTEGER NOT NULL, -- first day on which it is not shown any more
  PRIMARY KEY (id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.inspected_entity ON inspected (entity, published);
CREATE INDEX main.inspected_published ON inspected (published, id);

-- Visits that began, one row for each organ with a part.
CREATE TABLE main.visited (
  id INTEGER NOT NULL,
  organ TEXT NOT NULL,
  entity TEXT NOT NULL,
  year INTEGER NOT NULL,
  counted INTEGER NOT NULL, -- somebody of any organ came to the entity
  on_site INTEGER NOT NULL, -- somebody of this organ did
  joint INTEGER NOT NULL,
  problem INTEGER NOT NULL,
  late INTEGER NOT NULL, -- the organ leads, and the result was shown after its last day
  PRIMARY KEY (id, organ)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.visited_year ON visited (year, entity);

-- What is to be looked at again after a visit.
CREATE TABLE main.follow_up (
  id INTEGER NOT NULL,
  place INTEGER NOT NULL,
  entity TEXT NOT NULL,
  organ TEXT NOT NULL,
  item TEXT NOT NULL,
  item_name TEXT NOT NULL,
  by_day INTEGER NOT NULL,
  done INTEGER,
  PRIMARY KEY (id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.follow_up_open ON follow_up (by_day) WHERE done IS NULL;
