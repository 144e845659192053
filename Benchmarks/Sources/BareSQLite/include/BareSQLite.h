#ifndef BARE_SQLITE_H
#define BARE_SQLITE_H

#include <stddef.h>
#include <stdint.h>

/// An event log in SQLite from C: write-ahead log, synchronous=FULL, prepared statements. Functions
/// return 0 or a result code of SQLite, see `sqlite_log_error`.
typedef struct sqlite_log sqlite_log;

/// An event; its tags are zero-terminated texts one after another, and there is an empty text at the
/// end.
typedef struct {
  const uint8_t *id;
  const uint8_t *stream;
  const uint8_t *command;
  const char *tags;
  const uint8_t *payload;
  size_t payload_bytes;
  int64_t recorded_at;
  int kind;
} sqlite_event;

/// The same tables for everybody who logs in SQL: positions, unique ids, versions within the stream,
/// and an index of tags.
extern const char *const sqlite_log_schema;

int sqlite_log_open(const char *path, sqlite_log **log);
void sqlite_log_close(sqlite_log *log);

/// Appends events in one transaction, each as the next version of its stream.
int sqlite_log_append(sqlite_log *log, const sqlite_event *events, size_t count);

/// Reads all records; `sum` adds up kinds and lengths of payloads.
int sqlite_log_scan(sqlite_log *log, uint64_t *sum);

/// Reads the records with a tag, in order; `count` is how many there were.
int sqlite_log_tagged(sqlite_log *log, const char *tag, uint64_t *count);

/// Reads the records at positions, one by one.
int sqlite_log_get(sqlite_log *log, const uint64_t *positions, size_t count, uint64_t *sum);

const char *sqlite_log_error(int code);
const char *sqlite_log_version(void);

#endif
