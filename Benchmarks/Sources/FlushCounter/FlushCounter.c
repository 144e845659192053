// Counts what makes writes durable. Linked into the benchmark it counts for the storage libraries
// inside of it; built as a shared object and named in LD_PRELOAD it counts for a server of others
// and all its children, in the file that FLUSH_COUNT_FILE names.
#define _GNU_SOURCE
#include "FlushCounter.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic uint64_t own_count;
static _Atomic uint64_t *count = &own_count;

__attribute__((constructor)) static void share_count(void) {
  const char *path = getenv("FLUSH_COUNT_FILE");
  if (!path) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof own_count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) count = page;
}

uint64_t flush_count(void) { return atomic_load(count); }

int fdatasync(int fd) {
  atomic_fetch_add(count, 1);
  return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd) {
  atomic_fetch_add(count, 1);
  return (int)syscall(SYS_fsync, fd);
}

int msync(void *address, size_t length, int flags) {
  if (flags & MS_SYNC) atomic_fetch_add(count, 1);
  return (int)syscall(SYS_msync, address, length, flags);
}
