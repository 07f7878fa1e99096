-- Schema 1 of the flight log. Times: microseconds since 1970 of station time. Unknown is NULL.
-- No secondary index: each would cost more than the insert itself. Rows of a session follow each other in
-- rowid order, so readers search by rowid.

CREATE TABLE session(
  id INTEGER PRIMARY KEY, started_us INTEGER, ended_us INTEGER, name TEXT, host TEXT, version TEXT, config TEXT
) STRICT;

CREATE TABLE drone(
  id INTEGER PRIMARY KEY, drone_id TEXT, uid TEXT, network TEXT, sysid INTEGER, name TEXT, type TEXT, category TEXT,
  autopilot TEXT, first_seen_us INTEGER, last_seen_us INTEGER, UNIQUE(drone_id, uid)
) STRICT;

CREATE TABLE telemetry(
  session_id INTEGER, drone_id TEXT, t_us INTEGER, lat_deg REAL, lon_deg REAL, alt_msl_m REAL, alt_rel_m REAL,
  roll_deg REAL, pitch_deg REAL, yaw_deg REAL, heading_deg REAL, groundspeed_m_s REAL, airspeed_m_s REAL,
  climb_m_s REAL, throttle_percent INTEGER, battery_percent INTEGER, battery_v REAL, battery_a REAL, gps_fix TEXT,
  satellites INTEGER, hdop REAL, mode TEXT, armed INTEGER, state TEXT, link TEXT, loss_percent REAL
) STRICT;

CREATE TABLE event(
  id INTEGER PRIMARY KEY, session_id INTEGER, drone_id TEXT, t_us INTEGER, kind TEXT, severity TEXT, text TEXT,
  data TEXT
) STRICT;

CREATE TABLE frames(
  id INTEGER PRIMARY KEY, session_id INTEGER, link TEXT, direction TEXT, t_start_us INTEGER, t_end_us INTEGER,
  count INTEGER, codec TEXT, data BLOB
) STRICT;

CREATE TABLE gap(
  session_id INTEGER, t_start_us INTEGER, t_end_us INTEGER, what TEXT, count INTEGER
) STRICT;

CREATE TABLE mission(
  id INTEGER PRIMARY KEY, session_id INTEGER, drone_id TEXT, t_us INTEGER, kind TEXT, source TEXT, count INTEGER,
  plan TEXT
) STRICT;

CREATE TABLE param(
  session_id INTEGER, drone_id TEXT, t_us INTEGER, name TEXT, value REAL, type TEXT
) STRICT;

CREATE TABLE audit(
  id INTEGER PRIMARY KEY, session_id INTEGER, t_us INTEGER, wall_us INTEGER, who TEXT, role TEXT, client TEXT,
  drone_id TEXT, action TEXT, params TEXT, result TEXT, prev_hash BLOB, hash BLOB
) STRICT;

CREATE VIEW v_track AS
SELECT session_id, drone_id, t_us, strftime('%Y-%m-%dT%H:%M:%fZ', t_us / 1e6, 'unixepoch') AS time,
  lat_deg, lon_deg, alt_msl_m, alt_rel_m, heading_deg, groundspeed_m_s, mode, armed, state
FROM telemetry
WHERE lat_deg IS NOT NULL AND lon_deg IS NOT NULL;

-- One row per armed interval. A loss does not end one: the belief outlives it.
CREATE VIEW v_flights AS
WITH runs AS (
  SELECT *, row_number() OVER (PARTITION BY session_id, drone_id ORDER BY rowid)
    - row_number() OVER (PARTITION BY session_id, drone_id, armed ORDER BY rowid) AS run
  FROM (SELECT rowid, * FROM telemetry WHERE armed IS NOT NULL)
)
SELECT session_id, drone_id, min(t_us) AS start_us, max(t_us) AS end_us,
  strftime('%Y-%m-%dT%H:%M:%SZ', min(t_us) / 1e6, 'unixepoch') AS start_time,
  (max(t_us) - min(t_us)) / 1e6 AS duration_s, max(alt_rel_m) AS max_alt_rel_m,
  max(groundspeed_m_s) AS max_groundspeed_m_s, min(battery_percent) AS min_battery_percent, count(*) AS samples
FROM runs
WHERE armed = 1
GROUP BY session_id, drone_id, run;

CREATE VIEW v_commands AS
SELECT id, session_id, drone_id, t_us, strftime('%Y-%m-%dT%H:%M:%fZ', t_us / 1e6, 'unixepoch') AS time,
  data ->> '$.request' AS request, coalesce(data ->> '$.command', data ->> '$.work') AS command,
  data ->> '$.state' AS state, data ->> '$.result' AS result, data ->> '$.took_ms' AS took_ms, severity, text
FROM event
WHERE kind IN ('command', 'mission');
