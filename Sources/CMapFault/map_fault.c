// A page that a memory map cannot give is told by SIGBUS, to the thread that touched it: there is no
// call whose error could be thrown. Whatever was not committed is as if it had never been begun, so the
// process can end at once; all there is to do is to say why. Everything here is what a signal handler
// may call (signal-safety(7)).

#define _GNU_SOURCE
#include "map_fault.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, EXIT_IO = 74 };

static struct sigaction before;
static atomic_flag is_installed = ATOMIC_FLAG_INIT;
static atomic_bool is_reported;
// Where this thread goes on, should a page not be had; null: the process ends.
static _Thread_local sigjmp_buf *attempt;

static void say(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t written = write(STDERR_FILENO, text, left);
    if (written <= 0) return;
    text += written;
    left -= (size_t)written;
  }
}

static int is_hexadecimal(char c, uintptr_t *digit) {
  if (c >= '0' && c <= '9') *digit = (uintptr_t)(c - '0');
  else if (c >= 'a' && c <= 'f') *digit = (uintptr_t)(c - 'a') + 10;
  else return 0;
  return 1;
}

// The file that is mapped at an address, by the lines of /proc/self/maps:
// `start-end permissions offset device inode path`. Empty when there is none.
static void mapped_file(uintptr_t address, char *path) {
  path[0] = 0;
  int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return;
  enum { START, END, REST, PATH, SKIP } state = START;
  uintptr_t start = 0, end = 0, digit;
  size_t length = 0;
  char chunk[1024];
  ssize_t count;
  while ((count = read(maps, chunk, sizeof chunk)) > 0) {
    for (ssize_t index = 0; index < count; index++) {
      char c = chunk[index];
      if (c == '\n') {
        if (state == PATH) { path[length] = 0; close(maps); return; }
        state = START, start = 0, end = 0;
      } else if (state == START) {
        if (is_hexadecimal(c, &digit)) start = start << 4 | digit;
        else state = END;
      } else if (state == END) {
        if (is_hexadecimal(c, &digit)) end = end << 4 | digit;
        else state = address >= start && address < end ? REST : SKIP;
      } else if (state == REST && c == '/') {
        state = PATH, path[0] = c, length = 1;
      } else if (state == PATH && length + 1 < PATH_BYTES) {
        path[length++] = c;
      }
    }
  }
  close(maps);
  path[0] = 0;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), count = strlen(end);
  return length >= count && strcmp(text + length - count, end) == 0;
}

static void handle(int number, siginfo_t *information, void *context) {
  (void)context;
  if (attempt) siglongjmp(*attempt, 1);
  char path[PATH_BYTES];
  mapped_file((uintptr_t)information->si_addr, path);
  int is_lock = ends_with(path, "/lock.mdb");
  if (!atomic_load(&is_reported) || (!is_lock && !ends_with(path, "/data.mdb"))) {
    // Not ours: the instruction is repeated, and faults again.
    sigaction(number, &before, NULL);
    return;
  }
  say("chartledger: error: a part of ");
  say(path);
  say(is_lock ? " cannot be had: the disk is full, or fails. Nothing unacknowledged was kept.\n"
                "hint: free space on it, or check it, and try again\n"
              : " cannot be had: the file was cut short, or the disk fails. Nothing unacknowledged "
                "was kept.\n"
                "hint: check the disk; a read model is made anew by `chartledger view rebuild`, a log "
                "comes back from a backup by `chartledger restore`\n");
  _exit(EXIT_IO);
}

static void install(void) {
  if (atomic_flag_test_and_set(&is_installed)) return;
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &before);
}

void chartledger_report_map_faults(void) {
  atomic_store(&is_reported, 1);
  install();
}

// Table 0 is LMDB's own: transaction → a list of page numbers, their count first (mdb.c).
static int count_free_pages(MDB_cursor *cursor, long first, long *count) {
  MDB_val key, value;
  int code;
  while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS) {
    size_t listed = 0, words = value.mv_size / sizeof listed, page;
    const char *list = value.mv_data;
    if (words > 0) memcpy(&listed, list, sizeof listed);
    for (size_t index = 1; index < words && index <= listed; index++) {
      memcpy(&page, list + index * sizeof page, sizeof page);
      if (page >= (size_t)first) ++*count;
    }
  }
  return code == MDB_NOTFOUND ? 0 : code;
}

int chartledger_count_free_pages(MDB_env *environment, long first, long *count) {
  MDB_txn *transaction;
  MDB_cursor *cursor;
  *count = 0;
  install();
  int code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction);
  if (code != 0) return code;
  if ((code = mdb_cursor_open(transaction, 0, &cursor)) == 0) {
    sigjmp_buf here;
    if (sigsetjmp(here, 1) == 0) {
      attempt = &here;
      code = count_free_pages(cursor, first, count);
    } else {
      code = EIO;
    }
    attempt = NULL;
    mdb_cursor_close(cursor);
  }
  mdb_txn_abort(transaction);
  return code;
}

int chartledger_set_room_aside(int file, long bytes) {
  return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, bytes) == 0 ? 0 : errno;
}
