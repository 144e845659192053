#include "BareSQLite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

const char *const sqlite_log_schema =
  "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
  "CREATE TABLE IF NOT EXISTS events("
  "  position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, stream BLOB NOT NULL,"
  "  version INTEGER NOT NULL, command BLOB NOT NULL, kind INTEGER NOT NULL,"
  "  recorded_at INTEGER NOT NULL, payload BLOB NOT NULL, UNIQUE(stream, version));"
  "CREATE TABLE IF NOT EXISTS tags("
  "  tag TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(tag, position)) WITHOUT ROWID;";

enum { BEGIN, COMMIT, ROLLBACK, INSERT_EVENT, INSERT_TAG, SCAN, TAGGED, GET, STATEMENTS };

static const char *const texts[STATEMENTS] = {
  "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK",
  "INSERT INTO events(id, stream, version, command, kind, recorded_at, payload) VALUES(?1, ?2,"
  " 1 + COALESCE((SELECT MAX(version) FROM events WHERE stream = ?2), 0), ?3, ?4, ?5, ?6)",
  "INSERT INTO tags(tag, position) VALUES(?1, ?2)",
  "SELECT kind, payload FROM events ORDER BY position",
  "SELECT e.kind, e.payload FROM tags t JOIN events e ON e.position = t.position"
  " WHERE t.tag = ?1 ORDER BY t.position",
  "SELECT kind, payload FROM events WHERE position = ?1",
};

struct sqlite_log {
  sqlite3 *db;
  sqlite3_stmt *statements[STATEMENTS];
};

int sqlite_log_open(const char *path, sqlite_log **result) {
  sqlite_log *log = calloc(1, sizeof *log);
  if (!log) return SQLITE_NOMEM;
  int code = sqlite3_open(path, &log->db);
  if (!code) code = sqlite3_exec(log->db, sqlite_log_schema, NULL, NULL, NULL);
  for (int i = 0; !code && i < STATEMENTS; i++)
    code = sqlite3_prepare_v3(
      log->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &log->statements[i], NULL);
  if (code) {
    sqlite_log_close(log);
    return code;
  }
  *result = log;
  return 0;
}

void sqlite_log_close(sqlite_log *log) {
  for (int i = 0; i < STATEMENTS; i++) sqlite3_finalize(log->statements[i]);
  sqlite3_close(log->db);
  free(log);
}

static int run(sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? 0 : code;
}

static int insert(sqlite_log *log, const sqlite_event *event) {
  sqlite3_stmt *row = log->statements[INSERT_EVENT];
  sqlite3_bind_blob(row, 1, event->id, 16, SQLITE_STATIC);
  sqlite3_bind_blob(row, 2, event->stream, 16, SQLITE_STATIC);
  sqlite3_bind_blob(row, 3, event->command, 16, SQLITE_STATIC);
  sqlite3_bind_int(row, 4, event->kind);
  sqlite3_bind_int64(row, 5, event->recorded_at);
  sqlite3_bind_blob(row, 6, event->payload, (int)event->payload_bytes, SQLITE_STATIC);
  int code = run(row);
  sqlite3_int64 position = sqlite3_last_insert_rowid(log->db);
  sqlite3_stmt *tag_row = log->statements[INSERT_TAG];
  for (const char *tag = event->tags; !code && *tag; tag += strlen(tag) + 1) {
    sqlite3_bind_text(tag_row, 1, tag, -1, SQLITE_STATIC);
    sqlite3_bind_int64(tag_row, 2, position);
    code = run(tag_row);
  }
  return code;
}

int sqlite_log_append(sqlite_log *log, const sqlite_event *events, size_t count) {
  int code = run(log->statements[BEGIN]);
  if (code) return code;
  for (size_t i = 0; !code && i < count; i++) code = insert(log, &events[i]);
  if (!code) return run(log->statements[COMMIT]);
  run(log->statements[ROLLBACK]);
  return code;
}

/// Steps through all rows of kind and payload.
static int read_rows(sqlite3_stmt *statement, uint64_t *sum, uint64_t *count) {
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    *sum += (uint64_t)sqlite3_column_int(statement, 0);
    const void *payload = sqlite3_column_blob(statement, 1);
    *sum += payload ? (uint64_t)sqlite3_column_bytes(statement, 1) : 0;
    *count += 1;
  }
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? 0 : code;
}

int sqlite_log_scan(sqlite_log *log, uint64_t *sum) {
  uint64_t count = 0;
  *sum = 0;
  return read_rows(log->statements[SCAN], sum, &count);
}

int sqlite_log_tagged(sqlite_log *log, const char *tag, uint64_t *count) {
  uint64_t sum = 0;
  *count = 0;
  sqlite3_bind_text(log->statements[TAGGED], 1, tag, -1, SQLITE_TRANSIENT);
  return read_rows(log->statements[TAGGED], &sum, count);
}

int sqlite_log_get(sqlite_log *log, const uint64_t *positions, size_t count, uint64_t *sum) {
  int code = 0;
  uint64_t found = 0;
  *sum = 0;
  for (size_t i = 0; !code && i < count; i++) {
    sqlite3_bind_int64(log->statements[GET], 1, (sqlite3_int64)positions[i]);
    code = read_rows(log->statements[GET], sum, &found);
  }
  return code;
}

const char *sqlite_log_error(int code) { return sqlite3_errstr(code); }

const char *sqlite_log_version(void) { return sqlite3_libversion(); }
