-- An event log in PostgreSQL of the kind of message-db: a function that appends the next version of a
-- stream under an advisory lock, with unique ids, and an index of tags.
CREATE TABLE events(
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  stream uuid NOT NULL,
  version bigint NOT NULL,
  kind int NOT NULL,
  tags text[] NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  payload bytea NOT NULL,
  UNIQUE(stream, version));
CREATE INDEX events_by_tag ON events USING gin(tags);

CREATE FUNCTION append_event(
  _id uuid, _stream uuid, _kind int, _tags text[], _payload bytea, _expected bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE _version bigint; _position bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(_stream::text, 0));
  SELECT coalesce(max(version), 0) INTO _version FROM events WHERE stream = _stream;
  IF _expected IS NOT NULL AND _expected <> _version THEN
    RAISE EXCEPTION 'wrong version of stream: expected %, is %', _expected, _version;
  END IF;
  INSERT INTO events(id, stream, version, kind, tags, payload)
    VALUES (_id, _stream, _version + 1, _kind, _tags, _payload) RETURNING position INTO _position;
  RETURN _position;
END $$;

CREATE UNLOGGED TABLE corpus(
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream uuid NOT NULL, kind int NOT NULL, tags text[] NOT NULL, payload bytea NOT NULL);
