// Preloaded into tests under ThreadSanitizer. When two threads want a Mutex of the module
// Synchronization at once, one of them waits for it and gets it inside of a library that is not
// instrumented, and what the other has written under it would be taken for a race. Here the sanitizer
// is told of it. Where nobody waits, it sees the atomic operations, which are inlined.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
// Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

// Absent in programs that are not instrumented, such as those that start the tests.
static void tell(const char *name, void *mutex) {
  void (*known)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
  if (known) known(mutex);
}

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
  ((SWIFT void (*)(uint32_t, SELF void *))next(LOCK))(thread, mutex);
  tell("__tsan_acquire", mutex);
}

SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF void *mutex) {
  tell("__tsan_release", mutex);
  ((SWIFT void (*)(SELF void *))next(UNLOCK))(mutex);
}
