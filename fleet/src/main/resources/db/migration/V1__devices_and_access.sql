-- Numbers that grow when what they stand for changed; every process looks at them once a second.
create table versions (
  name text primary key,
  value bigint not null
);

-- One row for each device; what a poll reads is in it. Times are milliseconds since 1970.
create table devices (
  id text primary key,
  enrolled_at bigint not null,
  revoked_at bigint not null,         -- 0 while it is let in
  token_hash text not null,           -- SHA-256 of the bearer token
  key_hash text not null,             -- SHA-256 of the public key that its certificates are for
  previous_key_hash text not null,    -- of the one before, which holds until its certificate ends
  claim text not null,                -- id of the claim token that it enrolled with
  own_labels text not null,           -- JSON: as the device says
  set_labels text not null,           -- JSON: as people say, who win
  labels text not null,               -- JSON: both together
  facts text not null,                -- JSON
  target text not null,               -- as in facts
  agent text not null,                -- as in facts
  version bigint not null,            -- grows when labels or facts change
  models text not null,               -- JSON: as last reported; empty before
  event_sequence bigint not null,     -- newest event that is stored
  reported_at bigint not null,        -- 0 before the first report
  assignment text not null            -- of fleet.rollout: what the device belongs to
);
create index devices_by_key on devices (key_hash);

-- Apart from the devices' rows, since it changes with every poll; written in batches.
create table device_seen (
  device text primary key,
  at bigint not null
);

create table device_events (
  device text not null,
  sequence bigint not null,
  at bigint not null,                 -- by the device's clock
  received_at bigint not null,
  model text not null,
  counter bigint not null,
  state text not null,
  event text not null,
  message text not null,
  primary key (device, sequence)
);
create index device_events_by_time on device_events (received_at);

-- Cumulative figures of one activation or shadow of a release on a device.
create table device_quality (
  device text not null,
  model text not null,
  counter bigint not null,
  run text not null,
  side text not null,                 -- served or shadow
  first_at bigint not null,
  last_at bigint not null,
  requests bigint not null,
  failed bigint not null,
  document text not null,             -- JSON: the whole record
  primary key (device, model, counter, run, side)
);
create index device_quality_by_time on device_quality (last_at);

-- Devices by the release that they serve: increments, never counted.
create table field (
  model text not null,
  counter bigint not null,
  devices bigint not null,
  primary key (model, counter)
);

create table claim_tokens (
  id text primary key,
  secret_hash text not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint not null,
  uses_left bigint not null,          -- -1 for any number
  labels text not null,               -- JSON: set on the devices that enrol with it
  revoked_at bigint not null
);

create table access_tokens (
  id text primary key,
  secret_hash text not null,
  owner text not null,
  scope text not null,                -- viewer, operator or admin
  created_at bigint not null,
  created_by text not null,
  expires_at bigint not null,
  revoked_at bigint not null
);

create table sessions (
  id_hash text primary key,
  token text not null,                -- the access token that it was opened with
  csrf text not null,
  expires_at bigint not null
);

-- Only ever inserted into; the code has no statement that changes it.
create table audit (
  id bigint primary key,
  at bigint not null,
  who text not null,
  action text not null,
  subject text not null,
  before_state text not null,         -- JSON or empty
  after_state text not null           -- JSON or empty
);
