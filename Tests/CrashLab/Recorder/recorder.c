// Preloaded into a program, it numbers every call that changes what is under one directory, and can
// record the call, fail it, or kill the process there. The records are a history of the disk: writes,
// changes of directories, and the barriers that make them durable.
//
//   CRASHLAB_ROOT        the directory, absolute
//   CRASHLAB_TRACE       where to append the records; absent: none are made
//   CRASHLAB_MARKS       what is written to this file is recorded as a mark (an acknowledgement)
//   CRASHLAB_KILL        the number of the call to die at
//   CRASHLAB_KILL_HOW    before (the default), after, or half (of the bytes of a write)
//   CRASHLAB_FAULT       the number of the call to fail; -1 is never
//   CRASHLAB_FAULT_KIND  eio, enospc, short (half of a write succeeds), late (the bytes reach the
//                        cache, and an error is returned)
//   CRASHLAB_FAULT_ONCE  1 fails one call; otherwise that and all later ones fail
//   CRASHLAB_MAPS        the number of the call from which on no page of a mapped data.mdb can be had
//   CRASHLAB_EMPTY       an empty file for that, which must be called data.mdb too
//   CRASHLAB_READ        the number of the reading call to fail with EIO, counted apart from the others
//   CRASHLAB_READ_ONCE   1 fails one; otherwise that and all later ones fail
//   CRASHLAB_LIE         barriers on paths that end like this return at once and do nothing
//
// Calls made inside of the C library itself are not seen; the laboratory compares the recorded end
// with the real directory, so that such a call cannot go unnoticed.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
  CREATE = 1, MAKE_DIRECTORY, RENAME, UNLINK, LINK, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END,
  SYNC_FAILED, MARK, START,
};

struct record {
  uint32_t kind, id;
  uint64_t inode, offset;
  uint32_t first_bytes, second_bytes;
};

enum { MAX_FILES = 4096 };
static struct tracked {
  char is_tracked, is_mark, is_synchronous, is_lied_about;
  uint64_t inode;
} files[MAX_FILES];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], marks[PATH_MAX], lie[256];
static int trace = -1;
static uint32_t last_id, calls;
static long kill_at = -1, fault_at = -1;
static int kill_after, kill_half, fault_errno, fault_short, fault_late, fault_once;
static long maps_at = -1, read_at = -1, reads;
static int read_once, empty = -1;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static void fail_loudly(const char *what) {
  dprintf(2, "crash recorder: %s\n", what);
  _exit(99);
}

static void set_fault_kind(const char *kind) {
  fault_short = !strcmp(kind, "short");
  fault_late = !strcmp(kind, "late");
  fault_errno = strcmp(kind, "eio") && strcmp(kind, "late") ? ENOSPC : EIO;
}

__attribute__((constructor)) static void begin(void) {
  const char *value = getenv("CRASHLAB_ROOT");
  if (!value || !realpath(value, root)) { root[0] = 0; return; }
  if ((value = getenv("CRASHLAB_MARKS"))) snprintf(marks, sizeof marks, "%s", value);
  if ((value = getenv("CRASHLAB_LIE"))) snprintf(lie, sizeof lie, "%s", value);
  if ((value = getenv("CRASHLAB_KILL"))) kill_at = atol(value);
  if ((value = getenv("CRASHLAB_KILL_HOW"))) {
    kill_after = !strcmp(value, "after");
    kill_half = !strcmp(value, "half");
  }
  if ((value = getenv("CRASHLAB_FAULT"))) fault_at = atol(value);
  if ((value = getenv("CRASHLAB_READ"))) read_at = atol(value);
  if ((value = getenv("CRASHLAB_READ_ONCE"))) read_once = atoi(value);
  if ((value = getenv("CRASHLAB_MAPS")) && getenv("CRASHLAB_EMPTY")) {
    maps_at = atol(value);
    empty = (int)syscall(SYS_openat, AT_FDCWD, getenv("CRASHLAB_EMPTY"), O_RDONLY | O_CLOEXEC);
    if (empty < 0) fail_loudly("there is no empty file");
  }
  if ((value = getenv("CRASHLAB_FAULT_ONCE"))) fault_once = atoi(value);
  if ((value = getenv("CRASHLAB_FAULT_KIND"))) set_fault_kind(value);
  if ((value = getenv("CRASHLAB_TRACE"))) {
    trace = (int)syscall(SYS_openat, AT_FDCWD, value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace < 0) fail_loudly("cannot open the trace");
    struct record record = {.kind = START};
    if (syscall(SYS_write, trace, &record, sizeof record) != sizeof record)
      fail_loudly("cannot write the trace");
  }
}

// For the simulation: fails the calls from the `after`-th on, counted from now; negative: none.
void crashlab_arm(long after, const char *kind, int once) {
  pthread_mutex_lock(&lock);
  set_fault_kind(kind);
  fault_once = once;
  fault_at = after < 0 ? -1 : (long)calls + after;
  if (after < 0) read_at = -1;
  pthread_mutex_unlock(&lock);
}

long crashlab_calls(void) { return calls; }

// MARK: - Records

static uint32_t append_record(
    enum kind kind, uint32_t id, uint64_t inode, uint64_t offset, const char *first,
    const struct iovec *second, int parts, size_t limit) {
  if (trace < 0) return 0;
  struct record record = {.kind = kind, .id = id, .inode = inode, .offset = offset};
  record.first_bytes = first ? (uint32_t)strlen(first) : 0;
  size_t total = 0;
  for (int part = 0; part < parts; part++) total += second[part].iov_len;
  if (total > limit) total = limit;
  record.second_bytes = (uint32_t)total;
  char *bytes = malloc(sizeof record + record.first_bytes + total);
  if (!bytes) fail_loudly("no memory");
  memcpy(bytes, &record, sizeof record);
  if (first) memcpy(bytes + sizeof record, first, record.first_bytes);
  size_t end = sizeof record + record.first_bytes, left = total;
  for (int part = 0; part < parts && left; part++) {
    size_t count = second[part].iov_len < left ? second[part].iov_len : left;
    memcpy(bytes + end, second[part].iov_base, count);
    end += count;
    left -= count;
  }
  if (syscall(SYS_write, trace, bytes, end) != (long)end) fail_loudly("cannot write the trace");
  free(bytes);
  return id;
}

static void append_text(enum kind kind, uint64_t inode, const char *first, const char *second) {
  struct iovec part = {(void *)second, second ? strlen(second) : 0};
  append_record(kind, ++last_id, inode, 0, first, &part, second ? 1 : 0, SIZE_MAX);
}

// MARK: - Which files

static void normalize(char *path) {
  char *out = path;
  for (char *in = path; *in; in++)
    if (!(in[0] == '/' && (in[1] == '/' || in[1] == 0) && !(in == path && in[1] == 0))) *out++ = *in;
  *out = 0;
}

// The absolute path; false when it does not lie under the root.
static int resolve(int directory, const char *path, char *absolute) {
  if (!root[0] || !path) return 0;
  if (path[0] == '/') {
    snprintf(absolute, PATH_MAX, "%s", path);
  } else {
    char base[PATH_MAX], link[64];
    if (directory == AT_FDCWD) {
      if (!getcwd(base, sizeof base)) return 0;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
      ssize_t count = readlink(link, base, sizeof base - 1);
      if (count < 0) return 0;
      base[count] = 0;
    }
    if ((size_t)snprintf(absolute, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
  }
  normalize(absolute);
  size_t length = strlen(root);
  return !strncmp(absolute, root, length) && (absolute[length] == '/' || absolute[length] == 0);
}

static struct tracked *tracked(int file) {
  return file >= 0 && file < MAX_FILES && files[file].is_tracked ? &files[file] : NULL;
}

static uint64_t inode_of(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), count = strlen(end);
  return count && length >= count && !strcmp(text + length - count, end);
}

// MARK: - Maps that can no longer be read

static struct map { void *start; size_t length; } maps[64];

// Each page is one of an empty file from now on: touching it is a bus error.
static void take_maps_away(void) {
  for (size_t index = 0; index < sizeof maps / sizeof *maps; index++)
    if (maps[index].start)
      REAL(mmap)(maps[index].start, maps[index].length, PROT_READ, MAP_SHARED | MAP_FIXED, empty, 0);
}

// MARK: - What happens at a call

enum verdict { PROCEED, FAIL, HALF, LATE };

// Numbers the call. `is_write`: it has bytes, of which a half may be written.
static enum verdict judge(int is_write, int *dies) {
  long number = calls++;
  *dies = 0;
  if (maps_at >= 0 && number >= maps_at) take_maps_away();
  if (number == kill_at) {
    if (kill_after || (kill_half && !is_write)) *dies = 1;
    else if (kill_half) { *dies = 1; return HALF; }
    else kill(getpid(), SIGKILL);
  }
  if (fault_at < 0 || number < fault_at || (fault_once && number > fault_at)) return PROCEED;
  if (fault_short && is_write && number == fault_at) return HALF;
  if (fault_short && !is_write) return PROCEED;
  if (fault_late && is_write) return LATE;
  return FAIL;
}

static void die_if(int dies) { if (dies) kill(getpid(), SIGKILL); }

// MARK: - Opening

static int opened(int result, int existed, int flags, const char *absolute) {
  if (result < 0 || result >= MAX_FILES) return result;
  struct stat status;
  if (fstat(result, &status) != 0) return result;
  struct tracked *file = &files[result];
  memset(file, 0, sizeof *file);
  file->is_tracked = 1;
  file->inode = status.st_ino;
  file->is_synchronous = (flags & O_DSYNC) != 0;
  file->is_lied_about = ends_with(absolute, lie);
  if (!existed) append_text(CREATE, file->inode, absolute, NULL);
  else if (flags & O_TRUNC)
    append_record(TRUNCATE, ++last_id, file->inode, 0, NULL, NULL, 0, 0);
  return result;
}

static int open_file(int directory, const char *path, int flags, mode_t mode) {
  char absolute[PATH_MAX];
  int is_inside = resolve(directory, path, absolute);
  if (!is_inside) {
    int result = (int)REAL(openat)(directory, path, flags, mode);
    if (result >= 0 && result < MAX_FILES) {
      files[result].is_tracked = 0;
      files[result].is_mark = marks[0] && path && !strcmp(path, marks);
    }
    return result;
  }
  pthread_mutex_lock(&lock);
  int existed = access(absolute, F_OK) == 0;
  int changes = (!existed && (flags & O_CREAT)) || (existed && (flags & O_TRUNC));
  int dies = 0, result;
  if (changes && judge(0, &dies) == FAIL) {
    errno = fault_errno;
    result = -1;
  } else {
    result = opened(REAL(openat)(directory, path, flags, mode), existed, flags, absolute);
  }
  die_if(dies);
  pthread_mutex_unlock(&lock);
  return result;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name, directory, ...) \
  va_list arguments; va_start(arguments, flags); \
  mode_t mode = mode_of(flags, arguments); va_end(arguments); \
  return open_file(directory, path, flags, mode)

int open(const char *path, int flags, ...) { OPEN(open, AT_FDCWD); }
int open64(const char *path, int flags, ...) { OPEN(open64, AT_FDCWD); }
int openat(int directory, const char *path, int flags, ...) { OPEN(openat, directory); }
int openat64(int directory, const char *path, int flags, ...) { OPEN(openat64, directory); }
int creat(const char *path, mode_t mode) {
  return open_file(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

static int made_temporary(int result, char *template) {
  char absolute[PATH_MAX];
  if (result >= 0 && resolve(AT_FDCWD, template, absolute)) {
    pthread_mutex_lock(&lock);
    int dies;
    judge(0, &dies);
    opened(result, 0, 0, absolute);
    die_if(dies);
    pthread_mutex_unlock(&lock);
  }
  return result;
}
int mkstemp(char *template) { return made_temporary(REAL(mkstemp)(template), template); }
int mkostemp(char *template, int flags) {
  return made_temporary(REAL(mkostemp)(template, flags), template);
}
int mkstemps(char *template, int suffix) {
  return made_temporary(REAL(mkstemps)(template, suffix), template);
}

int close(int file) {
  if (file >= 0 && file < MAX_FILES) memset(&files[file], 0, sizeof files[file]);
  return REAL(close)(file);
}

static int copied(int from, int to) {
  if (from >= 0 && to >= 0 && from < MAX_FILES && to < MAX_FILES) files[to] = files[from];
  return to;
}
int dup(int file) { return copied(file, REAL(dup)(file)); }
int dup2(int file, int other) { return copied(file, REAL(dup2)(file, other)); }
int dup3(int file, int other, int flags) { return copied(file, REAL(dup3)(file, other, flags)); }

// MARK: - Writing

typedef ssize_t (*writer)(int, const struct iovec *, int, off_t);

static ssize_t call_write(int file, const struct iovec *parts, int count, off_t offset) {
  (void)offset;
  return REAL(writev)(file, parts, count);
}
static ssize_t call_pwrite(int file, const struct iovec *parts, int count, off_t offset) {
  return REAL(pwritev)(file, parts, count, offset);
}

static ssize_t write_half(
    int file, const struct iovec *parts, int count, off_t offset, size_t half, writer call) {
  char *bytes = malloc(half ? half : 1);
  if (!bytes) fail_loudly("no memory");
  size_t end = 0;
  for (int part = 0; part < count && end < half; part++) {
    size_t some = parts[part].iov_len < half - end ? parts[part].iov_len : half - end;
    memcpy(bytes + end, parts[part].iov_base, some);
    end += some;
  }
  struct iovec whole = {bytes, half};
  ssize_t result = call(file, &whole, 1, offset);
  free(bytes);
  return result;
}

static ssize_t write_parts(
    int file, const struct iovec *parts, int count, off_t offset, int at_cursor, writer call) {
  if (file >= 0 && file < MAX_FILES && files[file].is_mark) {
    pthread_mutex_lock(&lock);
    append_record(MARK, ++last_id, 0, 0, NULL, parts, count, SIZE_MAX);
    ssize_t result = call(file, parts, count, offset);
    pthread_mutex_unlock(&lock);
    return result;
  }
  struct tracked *known = tracked(file);
  if (!known) return call(file, parts, count, offset);
  size_t total = 0;
  for (int part = 0; part < count; part++) total += parts[part].iov_len;
  pthread_mutex_lock(&lock);
  if (at_cursor) {
    int flags = fcntl(file, F_GETFL);
    struct stat status;
    offset = flags & O_APPEND && fstat(file, &status) == 0 ? status.st_size
                                                           : lseek(file, 0, SEEK_CUR);
  }
  int dies;
  enum verdict verdict = judge(1, &dies);
  size_t accepted = verdict == HALF ? total / 2 : total;
  if (verdict == FAIL || (verdict == HALF && accepted == 0)) {
    errno = fault_errno;
    die_if(dies);
    pthread_mutex_unlock(&lock);
    return -1;
  }
  uint32_t id = ++last_id;
  append_record(WRITE, id, known->inode, (uint64_t)offset, NULL, parts, count, accepted);
  int is_barrier = known->is_synchronous && !known->is_lied_about;
  uint64_t inode = known->inode;
  // Readers of a map see the bytes from here on, barriers may run beside.
  if (is_barrier) pthread_mutex_unlock(&lock);
  ssize_t result = verdict == HALF ? write_half(file, parts, count, offset, accepted, call)
                                   : call(file, parts, count, offset);
  if (result != (ssize_t)accepted) fail_loudly("a write was cut short by itself");
  if (is_barrier) pthread_mutex_lock(&lock);
  if (verdict == LATE) {
    append_record(SYNC_FAILED, id, inode, 1, NULL, NULL, 0, 0);
    errno = fault_errno;
    result = -1;
  } else if (is_barrier) {
    append_record(SYNC_END, id, inode, 1, NULL, NULL, 0, 0);
  }
  die_if(dies);
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t write(int file, const void *bytes, size_t count) {
  struct iovec part = {(void *)bytes, count};
  return write_parts(file, &part, 1, 0, 1, call_write);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  return write_parts(file, parts, count, 0, 1, call_write);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  struct iovec part = {(void *)bytes, count};
  return write_parts(file, &part, 1, offset, 0, call_pwrite);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  return pwrite(file, bytes, count, offset);
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  return write_parts(file, parts, count, offset, 0, call_pwrite);
}
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
  return write_parts(file, parts, count, offset, 0, call_pwrite);
}

int ftruncate(int file, off_t length) {
  struct tracked *known = tracked(file);
  if (!known) return REAL(ftruncate)(file, length);
  pthread_mutex_lock(&lock);
  int dies, result = -1;
  if (judge(0, &dies) == FAIL) errno = fault_errno;
  else {
    append_record(TRUNCATE, ++last_id, known->inode, (uint64_t)length, NULL, NULL, 0, 0);
    result = REAL(ftruncate)(file, length);
  }
  die_if(dies);
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate64(int file, off64_t length) { return ftruncate(file, length); }

// MARK: - Reading

static int reading_fails(int file) {
  if (read_at < 0 || !tracked(file)) return 0;
  pthread_mutex_lock(&lock);
  long number = reads++;
  pthread_mutex_unlock(&lock);
  if (number < read_at || (read_once && number > read_at)) return 0;
  errno = EIO;
  return 1;
}

ssize_t read(int file, void *bytes, size_t count) {
  return reading_fails(file) ? -1 : REAL(read)(file, bytes, count);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  return reading_fails(file) ? -1 : REAL(pread)(file, bytes, count, offset);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
  return pread(file, bytes, count, offset);
}
ssize_t readv(int file, const struct iovec *parts, int count) {
  return reading_fails(file) ? -1 : REAL(readv)(file, parts, count);
}

void *mmap(void *start, size_t length, int protection, int flags, int file, off_t offset) {
  void *result = REAL(mmap)(start, length, protection, flags, file, offset);
  // The lock file is written through its map as well.
  if (maps_at < 0 || result == MAP_FAILED || !tracked(file) || protection & PROT_WRITE) return result;
  pthread_mutex_lock(&lock);
  for (size_t index = 0; index < sizeof maps / sizeof *maps; index++)
    if (!maps[index].start) {
      maps[index] = (struct map){result, length};
      break;
    }
  pthread_mutex_unlock(&lock);
  return result;
}
void *mmap64(void *start, size_t length, int protection, int flags, int file, off64_t offset) {
  return mmap(start, length, protection, flags, file, offset);
}
int munmap(void *start, size_t length) {
  pthread_mutex_lock(&lock);
  for (size_t index = 0; index < sizeof maps / sizeof *maps; index++)
    if (maps[index].start == start) maps[index].start = NULL;
  pthread_mutex_unlock(&lock);
  return REAL(munmap)(start, length);
}

// MARK: - Barriers

static int synchronize(int file, int (*call)(int)) {
  struct tracked *known = tracked(file);
  if (!known) return call(file);
  if (known->is_lied_about) return 0;
  pthread_mutex_lock(&lock);
  int dies;
  enum verdict verdict = judge(0, &dies);
  uint32_t id = ++last_id;
  uint64_t inode = known->inode;
  append_record(SYNC_BEGIN, id, inode, 0, NULL, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  // Not under the lock: what others do meanwhile, a premature acknowledgement too, is in the records.
  int result = verdict == FAIL ? -1 : call(file);
  pthread_mutex_lock(&lock);
  append_record(result == 0 ? SYNC_END : SYNC_FAILED, id, inode, 0, NULL, NULL, 0, 0);
  die_if(dies);
  pthread_mutex_unlock(&lock);
  if (verdict == FAIL) errno = fault_errno;
  return result;
}
int fsync(int file) { return synchronize(file, REAL(fsync)); }
int fdatasync(int file) { return synchronize(file, REAL(fdatasync)); }

// MARK: - Directories

#define CHANGE(is_inside, call, record) \
  if (!(is_inside)) return call; \
  pthread_mutex_lock(&lock); \
  int dies, result = -1; \
  if (judge(0, &dies) == FAIL) errno = fault_errno; \
  else { result = call; if (result == 0) { record; } } \
  { int code = errno; die_if(dies); pthread_mutex_unlock(&lock); errno = code; } \
  return result

int mkdirat(int directory, const char *path, mode_t mode) {
  char name[PATH_MAX];
  int is_inside = resolve(directory, path, name) && access(name, F_OK) != 0;
  CHANGE(is_inside, REAL(mkdirat)(directory, path, mode),
         append_text(MAKE_DIRECTORY, inode_of(name), name, NULL));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static int rename_entry(int from, const char *old, int to, const char *new) {
  char first[PATH_MAX], second[PATH_MAX];
  int is_inside = resolve(from, old, first) && resolve(to, new, second) && !access(first, F_OK);
  CHANGE(is_inside, REAL(renameat)(from, old, to, new),
         append_text(RENAME, inode_of(second), first, second));
}
int renameat(int from, const char *old, int to, const char *new) {
  return rename_entry(from, old, to, new);
}
int rename(const char *old, const char *new) {
  return rename_entry(AT_FDCWD, old, AT_FDCWD, new);
}

int unlinkat(int directory, const char *path, int flags) {
  char name[PATH_MAX];
  struct stat status;
  int is_inside = resolve(directory, path, name) && lstat(name, &status) == 0;
  CHANGE(is_inside, REAL(unlinkat)(directory, path, flags), append_text(UNLINK, 0, name, NULL));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  struct stat status;
  int is_directory = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return unlinkat(AT_FDCWD, path, is_directory ? AT_REMOVEDIR : 0);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
  char first[PATH_MAX], second[PATH_MAX];
  int is_inside = resolve(from, old, first) && resolve(to, new, second);
  CHANGE(is_inside, REAL(linkat)(from, old, to, new, flags),
         append_text(LINK, inode_of(second), first, second));
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

// MARK: - What is not understood must not go unseen

#define REFUSE(file, name) if (tracked(file)) fail_loudly(name " on a recorded file")

// Room that is set aside without a change of the size is seen by nobody.
int fallocate(int file, int mode, off_t offset, off_t length) {
  if (!tracked(file)) return REAL(fallocate)(file, mode, offset, length);
  if (mode != FALLOC_FL_KEEP_SIZE) fail_loudly("fallocate on a recorded file");
  CHANGE(1, REAL(fallocate)(file, mode, offset, length), (void)0);
}
int fallocate64(int file, int mode, off64_t offset, off64_t length) {
  return fallocate(file, mode, offset, length);
}
int posix_fallocate(int file, off_t offset, off_t length) {
  REFUSE(file, "posix_fallocate");
  return REAL(posix_fallocate)(file, offset, length);
}
ssize_t copy_file_range(
    int from, off64_t *start, int to, off64_t *end, size_t count, unsigned flags) {
  REFUSE(to, "copy_file_range");
  return REAL(copy_file_range)(from, start, to, end, count, flags);
}
