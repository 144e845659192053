#ifndef BARE_LMDB_H
#define BARE_LMDB_H

#include <stddef.h>
#include <stdint.h>

/// The floor of the measurements: the storage library as C uses it, with default sync flags and
/// nothing above it. Functions return 0 or an error of the library, see `bare_error`.
typedef struct bare_store bare_store;

/// Tables of the same names and in the same number as a log has.
enum bare_table {
  BARE_META, BARE_RECORDS, BARE_NODES, BARE_EVENTS, BARE_COMMANDS, BARE_STREAMS, BARE_TAGS,
  BARE_BLOBS, BARE_TABLES
};

/// Precedes each put: then come its key and its value.
typedef struct {
  uint8_t table;
  /// Not 0: the key is greater than all in the table.
  uint8_t append;
  uint16_t key_bytes;
  uint32_t value_bytes;
} bare_put_header;

/// Opens the directory, which must exist, and creates the tables when it is empty. Without flushes
/// commits cost what their puts cost.
int bare_open(const char *directory, size_t map_bytes, int is_flushed, bare_store **store);
void bare_close(bare_store *store);

/// Commits all puts in one transaction: one flush.
int bare_put(bare_store *store, const uint8_t *puts, size_t bytes);

/// Walks all records with a cursor. `sum` adds up what the walk looks at: each record's length and
/// two bytes of it.
int bare_scan(bare_store *store, uint64_t *sum);

/// Gets the records at these positions, one by one, in one transaction.
int bare_get(bare_store *store, const uint64_t *positions, size_t count, uint64_t *sum);

/// Copies all into an empty directory, while the store is open.
int bare_copy(bare_store *store, const char *directory);

const char *bare_error(int code);
const char *bare_version(void);

#endif
