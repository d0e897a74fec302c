-- A rollout is a plan; devices join it one by one as they ask. Times are milliseconds since 1970.
create table rollouts (
  id bigint primary key,
  model text not null,
  counter bigint not null,
  plan text not null,                 -- JSON
  state text not null,
  revision bigint not null,           -- grows with each decision; a decision names the one it saw
  wave integer not null,              -- current one, from 0
  wave_began bigint not null,         -- 0 before
  wave_ready bigint not null,         -- 0 before enough devices reported
  why text not null,
  cause text not null,
  needs text not null,
  claimed bigint not null,            -- devices in waves of a number of devices
  forgiven text not null,             -- JSON: figures that do not count any more
  created_at bigint not null,
  created_by text not null
);

create table rollout_approvals (
  rollout bigint not null,
  wave integer not null,
  at bigint not null,
  who text not null,
  primary key (rollout, wave)
);

-- Token bucket of a rollout with a rate.
create table rollout_rates (
  rollout bigint primary key,
  tokens double precision not null,
  at bigint not null,
  turned_away bigint not null         -- when a device was last refused
);

create table rollout_members (
  rollout bigint not null,
  device text not null,
  wave integer not null,
  progress text not null,
  before_counter bigint not null,     -- release that it ran when it joined, 0 for none
  reason text not null,               -- why it failed; empty otherwise
  joined_at bigint not null,
  changed_at bigint not null,
  primary key (rollout, device)
);
create index rollout_members_by_device on rollout_members (device);

-- Counters of a wave, in several rows so that devices do not wait for each other; sums are the truth.
create table rollout_counts (
  rollout bigint not null,
  wave integer not null,
  shard integer not null,
  joined bigint not null,
  settled bigint not null,
  active bigint not null,
  failed bigint not null,
  back bigint not null,
  stranded bigint not null,
  figures text not null,              -- JSON: what the devices measured
  primary key (rollout, wave, shard)
);

-- What was decided, by whom, on which numbers. Only ever inserted into, and never deleted.
create table rollout_decisions (
  rollout bigint not null,
  revision bigint not null,           -- that it made; no two decisions make the same one
  at bigint not null,
  who text not null,
  event text not null,
  from_state text not null,
  to_state text not null,
  wave integer not null,
  why text not null,
  gates text not null,                -- JSON: verdicts and their numbers
  figures text not null,              -- JSON: all that was measured
  primary key (rollout, revision)
);
