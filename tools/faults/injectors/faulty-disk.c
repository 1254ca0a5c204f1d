/*
 * A file system that hands on what it is asked to another folder, but for what a file says that is read again at every call:
 * "GENERATION ACTION FIRST COUNT NUMBER OPERATION PART". From the FIRST-th call of this OPERATION on a path with this PART in it, COUNT of
 * them fail with the error of this NUMBER, are done by halves, or are late by so many milliseconds. With a new generation counting begins
 * anew; how many there were stands beside the file, in the one that ends in ".count".
 *
 * Speaks the kernel's own protocol (linux/fuse.h) over /dev/fuse, one request at a time, and needs no library. It goes on in the
 * background once it is mounted, until it is unmounted or its owner is gone: MOUNTPOINT FOLDER CONTROL OWNER.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most_written = 128 * 1024, longest_path = 4096 };

static char *mountpoint, *below, *control;
static int device;

/* Paths below the folder, by the number that the kernel has for each; the root is 1. One that is gone has none. */
static char **paths;
static uint64_t known = 1;

static void full_path(char *to, uint64_t node, const char *name) {
  const char *path = node < 1 || node > known ? NULL : paths[node];
  snprintf(to, longest_path, "%s%s%s%s", path == NULL ? "/nowhere" : below, path == NULL ? "" : path, name ? "/" : "",
           name ? name : "");
}

static uint64_t node_of(const char *full) {
  const char *path = full + strlen(below);
  for (uint64_t node = 1; node <= known; node++)
    if (paths[node] != NULL && strcmp(paths[node], path) == 0) return node;
  paths = realloc(paths, (known + 2) * sizeof *paths);
  paths[++known] = strdup(path);
  return known;
}

static void forget_path(const char *full) {
  const char *path = full + strlen(below);
  for (uint64_t node = 2; node <= known; node++)
    if (paths[node] != NULL && strcmp(paths[node], path) == 0) free(paths[node]), paths[node] = NULL;
}

static void move_paths(const char *from, const char *to) {
  const char *old = from + strlen(below), *new = to + strlen(below);
  size_t length = strlen(old);
  forget_path(to);
  for (uint64_t node = 2; node <= known; node++) {
    char *path = paths[node], moved[longest_path];
    if (path == NULL || strncmp(path, old, length) != 0 || (path[length] != 0 && path[length] != '/')) continue;
    snprintf(moved, sizeof moved, "%s%s", new, path + length);
    free(path);
    paths[node] = strdup(moved);
  }
}

struct order {
  char action[16], operation[32], part[256];
  long generation, first, count, number;
};

/* What the file says now; with no operation if it says nothing. */
static struct order order_now(void) {
  struct order order = {.generation = -1};
  char text[512] = "";
  int file = open(control, O_RDONLY | O_CLOEXEC);
  if (file < 0) return order;
  if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
  close(file);
  sscanf(text, "%ld %15s %ld %ld %ld %31s %255s", &order.generation, order.action, &order.first, &order.count, &order.number,
         order.operation, order.part);
  return order;
}

static int is_about(const struct order *order, const char *operation, const char *path) {
  if (strncmp(path, below, strlen(below)) == 0) path += strlen(below);
  return strcmp(order->operation, operation) == 0 && strstr(path, order->part) != NULL;
}

/* The kernel asks for the other half by itself, unless it hands on each write as it is. Nothing maps such a file into memory. */
static uint32_t flags_of(const char *path) {
  struct order order = order_now();
  return strcmp(order.action, "halve") == 0 && is_about(&order, "write", path) ? FOPEN_DIRECT_IO : 0;
}

struct fate {
  int code;
  int halved;
};

static long generation = -1, calls;

/* What is to become of this call; whoever is late has been by then. */
static struct fate fate_of(const char *operation, const char *path) {
  struct fate fate = {0, 0};
  struct order order = order_now();
  if (order.generation != generation) generation = order.generation, calls = 0;
  if (!is_about(&order, operation, path)) return fate;
  calls++;
  char beside[longest_path];
  snprintf(beside, sizeof beside, "%s.count", control);
  FILE *counter = fopen(beside, "w");
  if (counter != NULL) fprintf(counter, "%ld\n", calls), fclose(counter);
  if (calls < order.first || calls >= order.first + order.count) return fate;
  if (strcmp(order.action, "fail") == 0) fate.code = order.number;
  if (strcmp(order.action, "halve") == 0) fate.halved = 1;
  if (strcmp(order.action, "late") == 0) {
    struct timespec wait = {order.number / 1000, order.number % 1000 * 1000000};
    nanosleep(&wait, NULL);
  }
  return fate;
}

static void answer(uint64_t unique, int error, const void *what, size_t length) {
  static char out[sizeof(struct fuse_out_header) + most_written];
  struct fuse_out_header header = {sizeof header + (error ? 0 : length), -error, unique};
  memcpy(out, &header, sizeof header);
  if (!error && length > 0) memcpy(out + sizeof header, what, length);
  /* A request that was interrupted takes no answer. */
  if (write(device, out, header.len) < 0 && errno == ENODEV) exit(0);
}

static void fill(struct fuse_attr *attr, const struct stat *from) {
  *attr = (struct fuse_attr){
      .ino = from->st_ino, .size = from->st_size, .blocks = from->st_blocks, .atime = from->st_atim.tv_sec,
      .mtime = from->st_mtim.tv_sec, .ctime = from->st_ctim.tv_sec, .atimensec = from->st_atim.tv_nsec,
      .mtimensec = from->st_mtim.tv_nsec, .ctimensec = from->st_ctim.tv_nsec, .mode = from->st_mode,
      .nlink = from->st_nlink, .uid = from->st_uid, .gid = from->st_gid, .rdev = from->st_rdev, .blksize = from->st_blksize,
  };
}

/* Nothing is remembered by the kernel: what is asked comes here each time. */
static void answer_entry(uint64_t unique, const char *path, const struct fuse_open_out *opened) {
  struct stat found;
  struct {
    struct fuse_entry_out entry;
    struct fuse_open_out opened;
  } out = {0};
  if (lstat(path, &found) < 0) return answer(unique, errno, NULL, 0);
  out.entry.nodeid = node_of(path);
  fill(&out.entry.attr, &found);
  if (opened != NULL) out.opened = *opened;
  answer(unique, 0, &out, opened == NULL ? sizeof out.entry : sizeof out);
}

static void answer_attr(uint64_t unique, const char *path, int fd) {
  struct stat found;
  struct fuse_attr_out out = {0};
  if ((fd >= 0 ? fstat(fd, &found) : lstat(path, &found)) < 0) return answer(unique, errno, NULL, 0);
  fill(&out.attr, &found);
  answer(unique, 0, &out, sizeof out);
}

static void set_attr(const struct fuse_in_header *in, const struct fuse_setattr_in *set, const char *path) {
  int fd = set->valid & FATTR_FH ? (int)set->fh : -1, bad = 0;
  if (set->valid & FATTR_MODE) bad |= fd >= 0 ? fchmod(fd, set->mode) : chmod(path, set->mode);
  if (!bad && set->valid & (FATTR_UID | FATTR_GID))
    bad |= lchown(path, set->valid & FATTR_UID ? set->uid : (uid_t)-1, set->valid & FATTR_GID ? set->gid : (gid_t)-1);
  if (!bad && set->valid & FATTR_SIZE) {
    struct fate fate = fate_of("cut", path);
    if (fate.code) return answer(in->unique, fate.code, NULL, 0);
    bad |= fd >= 0 ? ftruncate(fd, set->size) : truncate(path, set->size);
  }
  if (!bad && set->valid & (FATTR_ATIME | FATTR_MTIME)) {
    struct timespec times[2] = {{set->atime, set->atimensec}, {set->mtime, set->mtimensec}};
    if (!(set->valid & FATTR_ATIME)) times[0].tv_nsec = UTIME_OMIT;
    if (!(set->valid & FATTR_MTIME)) times[1].tv_nsec = UTIME_OMIT;
    if (set->valid & FATTR_ATIME_NOW) times[0].tv_nsec = UTIME_NOW;
    if (set->valid & FATTR_MTIME_NOW) times[1].tv_nsec = UTIME_NOW;
    bad |= utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
  }
  if (bad) return answer(in->unique, errno, NULL, 0);
  answer_attr(in->unique, path, fd);
}

static void read_folder(const struct fuse_in_header *in, const struct fuse_read_in *asked) {
  static char out[most_written];
  DIR *folder = (DIR *)(uintptr_t)asked->fh;
  size_t used = 0, room = asked->size < sizeof out ? asked->size : sizeof out;
  seekdir(folder, asked->offset);
  for (;;) {
    errno = 0;
    struct dirent *found = readdir(folder);
    if (found == NULL) break;
    size_t length = strlen(found->d_name), size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + length);
    if (used + size > room) break;
    struct fuse_dirent *entry = (struct fuse_dirent *)(out + used);
    memset(entry, 0, size);
    *entry = (struct fuse_dirent){found->d_ino, telldir(folder), length, found->d_type};
    memcpy(entry->name, found->d_name, length);
    used += size;
  }
  answer(in->unique, errno, out, used);
}

/* What was made belongs to who asked for it. */
static void made(const struct fuse_in_header *in, const char *path, int bad) {
  if (bad < 0 || lchown(path, in->uid, in->gid) < 0) return answer(in->unique, errno, NULL, 0);
  answer_entry(in->unique, path, NULL);
}

static void begin(const struct fuse_in_header *in, const struct fuse_init_in *asked) {
  struct fuse_init_out out = {
      .major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = asked->max_readahead, .flags = asked->flags & FUSE_BIG_WRITES,
      .max_background = 12, .congestion_threshold = 9, .max_write = most_written, .time_gran = 1,
  };
  answer(in->unique, 0, &out, sizeof out);
}

static const char *operation_of(uint32_t opcode) {
  switch (opcode) {
    case FUSE_READ: return "read";
    case FUSE_WRITE: return "write";
    case FUSE_FSYNC: case FUSE_FSYNCDIR: return "sync";
    case FUSE_OPEN: return "open";
    case FUSE_CREATE: case FUSE_MKNOD: case FUSE_MKDIR: case FUSE_SYMLINK: case FUSE_LINK: return "make";
    case FUSE_UNLINK: case FUSE_RMDIR: return "remove";
    case FUSE_RENAME: case FUSE_RENAME2: return "rename";
    case FUSE_READDIR: return "list";
    case FUSE_LOOKUP: case FUSE_GETATTR: return "look";
    default: return NULL;
  }
}

static int has_name(uint32_t opcode) {
  switch (opcode) {
    case FUSE_LOOKUP: case FUSE_UNLINK: case FUSE_RMDIR: return 1;
    default: return 0;
  }
}

static void serve(const struct fuse_in_header *in, char *body) {
  static char data[most_written];
  char path[longest_path], other[longest_path];
  const char *operation = operation_of(in->opcode);
  full_path(path, in->nodeid, has_name(in->opcode) ? body : NULL);
  struct fate fate = {0, 0};
  if (operation != NULL) {
    const char *named = path;
    if (in->opcode == FUSE_CREATE) full_path(other, in->nodeid, body + sizeof(struct fuse_create_in)), named = other;
    if (in->opcode == FUSE_MKDIR) full_path(other, in->nodeid, body + sizeof(struct fuse_mkdir_in)), named = other;
    fate = fate_of(operation, named);
  }
  if (fate.code) return answer(in->unique, fate.code, NULL, 0);
  switch (in->opcode) {
    case FUSE_INIT: return begin(in, (struct fuse_init_in *)body);
    case FUSE_DESTROY: exit(0);
    case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: return;
    case FUSE_LOOKUP: return answer_entry(in->unique, path, NULL);
    case FUSE_GETATTR: {
      struct fuse_getattr_in *asked = (void *)body;
      return answer_attr(in->unique, path, asked->getattr_flags & FUSE_GETATTR_FH ? (int)asked->fh : -1);
    }
    case FUSE_SETATTR: return set_attr(in, (void *)body, path);
    case FUSE_READLINK: {
      ssize_t length = readlink(path, data, sizeof data);
      return answer(in->unique, length < 0 ? errno : 0, data, length);
    }
    case FUSE_SYMLINK: full_path(path, in->nodeid, body); return made(in, path, symlink(body + strlen(body) + 1, path));
    case FUSE_MKNOD: {
      struct fuse_mknod_in *asked = (void *)body;
      full_path(path, in->nodeid, body + sizeof *asked);
      return made(in, path, mknod(path, asked->mode, asked->rdev));
    }
    case FUSE_MKDIR: {
      struct fuse_mkdir_in *asked = (void *)body;
      full_path(path, in->nodeid, body + sizeof *asked);
      return made(in, path, mkdir(path, asked->mode));
    }
    case FUSE_LINK: {
      full_path(other, ((struct fuse_link_in *)body)->oldnodeid, NULL);
      full_path(path, in->nodeid, body + sizeof(struct fuse_link_in));
      if (link(other, path) < 0) return answer(in->unique, errno, NULL, 0);
      return answer_entry(in->unique, path, NULL);
    }
    case FUSE_UNLINK: case FUSE_RMDIR: {
      if ((in->opcode == FUSE_UNLINK ? unlink(path) : rmdir(path)) < 0) return answer(in->unique, errno, NULL, 0);
      forget_path(path);
      return answer(in->unique, 0, NULL, 0);
    }
    case FUSE_RENAME: case FUSE_RENAME2: {
      int is_second = in->opcode == FUSE_RENAME2;
      struct fuse_rename2_in *asked = (void *)body;
      char *names = body + (is_second ? sizeof *asked : sizeof(struct fuse_rename_in));
      full_path(path, in->nodeid, names);
      full_path(other, asked->newdir, names + strlen(names) + 1);
      if (syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, is_second ? asked->flags : 0) < 0)
        return answer(in->unique, errno, NULL, 0);
      move_paths(path, other);
      return answer(in->unique, 0, NULL, 0);
    }
    case FUSE_OPEN: {
      struct fuse_open_in *asked = (void *)body;
      int fd = open(path, (asked->flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND)) | O_CLOEXEC);
      if (fd < 0) return answer(in->unique, errno, NULL, 0);
      struct fuse_open_out out = {.fh = fd, .open_flags = flags_of(path)};
      return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_CREATE: {
      struct fuse_create_in *asked = (void *)body;
      full_path(path, in->nodeid, body + sizeof *asked);
      int fd = open(path, (asked->flags & ~O_APPEND) | O_CREAT | O_CLOEXEC, asked->mode);
      if (fd < 0 || fchown(fd, in->uid, in->gid) < 0) return answer(in->unique, errno, NULL, 0);
      struct fuse_open_out out = {.fh = fd, .open_flags = flags_of(path)};
      return answer_entry(in->unique, path, &out);
    }
    case FUSE_READ: {
      struct fuse_read_in *asked = (void *)body;
      ssize_t length = pread(asked->fh, data, asked->size < sizeof data ? asked->size : sizeof data, asked->offset);
      return answer(in->unique, length < 0 ? errno : 0, data, length);
    }
    case FUSE_WRITE: {
      struct fuse_write_in *asked = (void *)body;
      size_t size = fate.halved && asked->size > 1 ? asked->size / 2 : asked->size;
      ssize_t length = pwrite(asked->fh, body + sizeof *asked, size, asked->offset);
      struct fuse_write_out out = {.size = length};
      return answer(in->unique, length < 0 ? errno : 0, &out, sizeof out);
    }
    case FUSE_STATFS: {
      struct statvfs room;
      if (statvfs(path, &room) < 0) return answer(in->unique, errno, NULL, 0);
      struct fuse_statfs_out out = {{room.f_blocks, room.f_bfree, room.f_bavail, room.f_files, room.f_ffree, room.f_bsize,
                                     room.f_namemax, room.f_frsize, 0, {0}}};
      return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_RELEASE: close(((struct fuse_release_in *)body)->fh); return answer(in->unique, 0, NULL, 0);
    case FUSE_FLUSH: return answer(in->unique, 0, NULL, 0);
    case FUSE_FSYNC: return answer(in->unique, fsync(((struct fuse_fsync_in *)body)->fh) < 0 ? errno : 0, NULL, 0);
    case FUSE_OPENDIR: {
      DIR *folder = opendir(path);
      struct fuse_open_out out = {.fh = (uintptr_t)folder};
      return answer(in->unique, folder == NULL ? errno : 0, &out, sizeof out);
    }
    case FUSE_READDIR: return read_folder(in, (void *)body);
    case FUSE_RELEASEDIR: closedir((DIR *)(uintptr_t)((struct fuse_release_in *)body)->fh); return answer(in->unique, 0, NULL, 0);
    case FUSE_FSYNCDIR: return answer(in->unique, 0, NULL, 0);
    default: return answer(in->unique, ENOSYS, NULL, 0);
  }
}

/* Whoever looks for processes by the folder that they work in is not to find this one. */
static char *taken(char *argument) {
  char *copy = strdup(argument);
  memset(argument, 0, strlen(argument));
  return copy;
}

int main(int count, char **arguments) {
  if (count != 5) return fprintf(stderr, "MOUNTPOINT FOLDER CONTROL OWNER\n"), 2;
  pid_t owner = atoi(arguments[4]);
  mountpoint = taken(arguments[1]), below = taken(arguments[2]), control = taken(arguments[3]);
  paths = calloc(2, sizeof *paths);
  paths[1] = strdup("");
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) return perror("/dev/fuse"), 1;
  char options[128];
  snprintf(options, sizeof options, "fd=%d,rootmode=40700,user_id=0,group_id=0,default_permissions,allow_other", device);
  if (mount("umbra-faulty", mountpoint, "fuse", MS_NOSUID | MS_NODEV, options) < 0) return perror("mount"), 1;
  if (fork() != 0) return 0;
  setsid();
  signal(SIGPIPE, SIG_IGN);
  if (chdir("/") < 0) return 1;
  for (int fd = 0; fd < 3; fd++) dup2(open("/dev/null", O_RDWR | O_CLOEXEC), fd);
  static char request[most_written + 65536];
  for (;;) {
    struct pollfd ready = {device, POLLIN, 0};
    if (poll(&ready, 1, 1000) == 0 && kill(owner, 0) < 0) umount2(mountpoint, MNT_DETACH);
    if (!(ready.revents & (POLLIN | POLLERR))) continue;
    ssize_t length = read(device, request, sizeof request);
    if (length < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) continue;
    if (length < (ssize_t)sizeof(struct fuse_in_header)) return 0;
    serve((struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
  }
}
