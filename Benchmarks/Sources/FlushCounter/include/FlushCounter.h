#ifndef FLUSH_COUNTER_H
#define FLUSH_COUNTER_H

#include <stdint.h>

/// Calls of fdatasync, fsync and a synchronous msync by this process so far. A write to a file opened
/// with O_DSYNC, as the storage library makes one at the end of each commit, is not among them.
uint64_t flush_count(void);

#endif
