#include "BareLMDB.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Where a record has its two bytes of kind.
enum { KIND_OFFSET = 112 };

struct bare_store {
  MDB_env *env;
  MDB_dbi tables[BARE_TABLES];
};

static const char *const names[BARE_TABLES] = {
  "meta", "records", "nodes", "events", "commands", "streams", "tags", "blobs",
};

static int open_environment(
  const char *directory, size_t map_bytes, unsigned flags, MDB_env **env) {
  int code = mdb_env_create(env);
  if (code) return code;
  if (!(code = mdb_env_set_mapsize(*env, map_bytes))
      && !(code = mdb_env_set_maxdbs(*env, BARE_TABLES))
      && !(code = mdb_env_set_maxreaders(*env, 512)))
    code = mdb_env_open(*env, directory, MDB_NOTLS | flags, 0600);
  if (code) mdb_env_close(*env);
  return code;
}

int bare_open(const char *directory, size_t map_bytes, int is_flushed, bare_store **result) {
  bare_store *store = calloc(1, sizeof *store);
  if (!store) return ENOMEM;
  int code = open_environment(directory, map_bytes, is_flushed ? 0 : MDB_NOSYNC, &store->env);
  if (code) {
    free(store);
    return code;
  }
  MDB_txn *txn = NULL;
  code = mdb_txn_begin(store->env, NULL, 0, &txn);
  for (int i = 0; !code && i < BARE_TABLES; i++)
    code = mdb_dbi_open(txn, names[i], MDB_CREATE, &store->tables[i]);
  if (!code) {
    code = mdb_txn_commit(txn);
  } else if (txn) {
    mdb_txn_abort(txn);
  }
  if (code) {
    bare_close(store);
    return code;
  }
  *result = store;
  return 0;
}

void bare_close(bare_store *store) {
  mdb_env_close(store->env);
  free(store);
}

int bare_put(bare_store *store, const uint8_t *puts, size_t bytes) {
  MDB_txn *txn;
  int code = mdb_txn_begin(store->env, NULL, 0, &txn);
  if (code) return code;
  const uint8_t *next = puts, *end = puts + bytes;
  while (!code && next < end) {
    bare_put_header header;
    memcpy(&header, next, sizeof header);
    next += sizeof header;
    MDB_val key = {header.key_bytes, (void *)next};
    next += header.key_bytes;
    MDB_val value = {header.value_bytes, (void *)next};
    next += header.value_bytes;
    code =
      mdb_put(txn, store->tables[header.table], &key, &value, header.append ? MDB_APPEND : 0);
  }
  if (code) {
    mdb_txn_abort(txn);
    return code;
  }
  return mdb_txn_commit(txn);
}

static uint64_t look_at(const MDB_val *record) {
  uint16_t kind = 0;
  if (record->mv_size >= KIND_OFFSET + sizeof kind)
    memcpy(&kind, (const uint8_t *)record->mv_data + KIND_OFFSET, sizeof kind);
  return record->mv_size + kind;
}

int bare_scan(bare_store *store, uint64_t *sum) {
  MDB_txn *txn;
  int code = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
  if (code) return code;
  MDB_cursor *cursor;
  code = mdb_cursor_open(txn, store->tables[BARE_RECORDS], &cursor);
  if (!code) {
    MDB_val key, value;
    *sum = 0;
    while (!(code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))) *sum += look_at(&value);
    if (code == MDB_NOTFOUND) code = 0;
    mdb_cursor_close(cursor);
  }
  mdb_txn_abort(txn);
  return code;
}

int bare_get(bare_store *store, const uint64_t *positions, size_t count, uint64_t *sum) {
  MDB_txn *txn;
  int code = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
  if (code) return code;
  *sum = 0;
  for (size_t i = 0; !code && i < count; i++) {
    uint8_t bytes[8];
    for (int j = 0; j < 8; j++) bytes[j] = (uint8_t)(positions[i] >> (56 - 8 * j));
    MDB_val key = {sizeof bytes, bytes}, value;
    code = mdb_get(txn, store->tables[BARE_RECORDS], &key, &value);
    if (!code) *sum += look_at(&value);
  }
  mdb_txn_abort(txn);
  return code;
}

int bare_copy(bare_store *store, const char *directory) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/data.mdb", directory);
  if (length < 0 || (size_t)length >= sizeof path) return ENAMETOOLONG;
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file < 0) return errno;
  int code = mdb_env_copyfd2(store->env, file, 0);
  if (!code && fsync(file)) code = errno;
  close(file);
  return code;
}

const char *bare_error(int code) { return mdb_strerror(code); }

const char *bare_version(void) { return mdb_version(NULL, NULL, NULL); }
