/*
 * Loaded into a program before its C library: the n-th call that changes a file below a folder fails, is done by halves, or is the
 * last thing that the process does. What is to happen stands in a file that is read again at every call, so that a process
 * can be told while it runs: "GENERATION ACTION FIRST COUNT ERRNO". With a new generation counting begins anew. How many calls
 * there were since stands in the file beside it that ends in ".count".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum action { nothing, fails, halves, dies_before, dies_after };

static long generation = -1, calls;

static int is_below(int fd) {
  const char *folder = getenv("INJECT_BELOW");
  char link[64], path[4096];
  if (folder == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* What is to become of this call; sets `code` for one that fails. */
static enum action fate(int fd, int *code) {
  const char *control = getenv("INJECT_CONTROL");
  if (control == NULL || !is_below(fd)) return nothing;
  char text[128] = "", action[16] = "";
  int file = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return nothing;
  syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  long told = -1, first = 0, count = 0;
  sscanf(text, "%ld %15s %ld %ld %d", &told, action, &first, &count, code);
  if (told != generation) generation = told, calls = 0;
  long number = __sync_add_and_fetch(&calls, 1);
  char beside[4096], digits[32];
  snprintf(beside, sizeof beside, "%s.count", control);
  int counter = syscall(SYS_openat, AT_FDCWD, beside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (counter >= 0) {
    int length = snprintf(digits, sizeof digits, "%ld\n", number);
    syscall(SYS_pwrite64, counter, digits, length, 0);
    syscall(SYS_close, counter);
  }
  if (number < first || number >= first + count) return nothing;
  if (strcmp(action, "fail") == 0) return fails;
  if (strcmp(action, "halve") == 0) return halves;
  if (strcmp(action, "die-before") == 0) return dies_before;
  if (strcmp(action, "die-after") == 0) return dies_after;
  return nothing;
}

static void die(void) { kill(getpid(), SIGKILL); }

static long changed(int fd, long number, long a, long b, long c, long halved) {
  int code = 0;
  enum action action = fate(fd, &code);
  if (action == fails) return errno = code, -1;
  if (action == dies_before) die();
  long answer = syscall(number, (long)fd, a, action == halves ? halved : b, c);
  if (action == dies_after) die();
  return answer;
}

static long half(size_t length) { return length > 1 ? length / 2 : length; }

ssize_t write(int fd, const void *bytes, size_t length) {
  return changed(fd, SYS_write, (long)bytes, length, 0, half(length));
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return changed(fd, SYS_pwrite64, (long)bytes, length, at, half(length));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }
int fsync(int fd) { return changed(fd, SYS_fsync, 0, 0, 0, 0); }
int fdatasync(int fd) { return changed(fd, SYS_fdatasync, 0, 0, 0, 0); }
int ftruncate64(int fd, off64_t length) { return changed(fd, SYS_ftruncate, length, 0, 0, 0); }
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
