/* Stands between a program and its files: counts the operations, and lets the n-th one fail.

   cc -shared -fPIC -o interpose.so interpose.c -ldl; LD_PRELOAD=interpose.so python ...

   Nothing is counted until faults_arm(n, fault) is called, from the program itself. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL, NO_SPACE, NO_SPACE_ON, IO_ERROR, SHORT_WRITE, INTERRUPTED };

static int armed, fault;
static long count, target;

void faults_arm(long n, int what) { count = 0; target = n; fault = what; armed = 1; }
long faults_count(void) { armed = 0; return count; }

/* Returns whether the operation is to fail with errno; the kill does not return. */
static int fails(void) {
    if (!armed) return 0;
    count++;
    if (count != target && !(fault == NO_SPACE_ON && count > target)) return 0;
    switch (fault) {
    case KILL: kill(getpid(), SIGKILL); for (;;) pause();
    case NO_SPACE: case NO_SPACE_ON: errno = ENOSPC; return 1;
    case IO_ERROR: errno = EIO; return 1;
    case INTERRUPTED: errno = EINTR; return 1;
    default: return 0;
    }
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define PASS(type, name, params, args) \
    type name params { if (fails()) return -1; return REAL(name) args; }

#define MODE(flags) mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE(flags) if (fails()) return -1; return REAL(open)(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) if (fails()) return -1; return REAL(open64)(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) if (fails()) return -1; return REAL(openat)(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) if (fails()) return -1; return REAL(openat64)(at, path, flags, mode); }

ssize_t write(int file, const void *data, size_t size) {
    if (fails()) return -1;
    if (armed && fault == SHORT_WRITE && count == target && size > 1) size /= 2;
    return REAL(write)(file, data, size);
}
int close(int file) { if (fails()) { int kept = errno; REAL(close)(file); errno = kept; return -1; } return REAL(close)(file); }
DIR *opendir(const char *path) { if (fails()) return 0; return REAL(opendir)(path); }
PASS(ssize_t, read, (int file, void *data, size_t size), (file, data, size))
PASS(ssize_t, pread, (int file, void *data, size_t size, off_t at), (file, data, size, at))
PASS(ssize_t, pread64, (int file, void *data, size_t size, off64_t at), (file, data, size, at))
PASS(int, fsync, (int file), (file))
PASS(int, fdatasync, (int file), (file))
PASS(int, ftruncate, (int file, off_t size), (file, size))
PASS(int, ftruncate64, (int file, off64_t size), (file, size))
PASS(int, rename, (const char *old, const char *new), (old, new))
PASS(int, renameat, (int one, const char *old, int other, const char *new), (one, old, other, new))
PASS(int, link, (const char *old, const char *new), (old, new))
PASS(int, linkat, (int one, const char *old, int other, const char *new, int flags), (one, old, other, new, flags))
PASS(int, unlink, (const char *path), (path))
PASS(int, unlinkat, (int at, const char *path, int flags), (at, path, flags))
PASS(int, mkdir, (const char *path, mode_t mode), (path, mode))
PASS(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode))
PASS(int, rmdir, (const char *path), (path))
