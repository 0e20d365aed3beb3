// The kernel calls that Perfmon makes, made by C: what each comparison has as its baseline. Every function gives 0, or -errno of the
// call that failed. Loops are in here, so that the way from .NET is paid once for many operations.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEADER_WORDS = 3, MOST_MEMBERS = 64 };

struct event {
    __u64 type;
    __u64 config;
};

enum followed { ALONE, INHERITED, INHERITED_RUNNING };

static int open_event(const struct event *event, int thread, int leader, enum followed followed)
{
    struct perf_event_attr attr = {
        .type = event->type,
        .size = sizeof attr,
        .config = event->config,
        .read_format = (followed == INHERITED_RUNNING ? 0 : PERF_FORMAT_GROUP) | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .disabled = leader < 0 && followed != INHERITED_RUNNING,
        .inherit = followed != ALONE,
    };
    return syscall(SYS_perf_event_open, &attr, thread, -1, leader, PERF_FLAG_FD_CLOEXEC);
}

// Siblings first: closing a leader makes each of its siblings a group of its own.
long peer_close(const int *group, int count)
{
    long result = 0;
    while (count-- > 0)
        if (close(group[count]) != 0)
            result = -errno;
    return result;
}

long peer_open(const struct event *events, int count, int thread, enum followed followed, int *group)
{
    for (int i = 0; i < count; i++) {
        group[i] = open_event(&events[i], thread, i == 0 ? -1 : group[0], followed);
        if (group[i] < 0) {
            long result = -errno;
            peer_close(group, i);
            return result;
        }
    }
    return 0;
}

long peer_enable(int leader)
{
    return ioctl(leader, PERF_EVENT_IOC_ENABLE, 0) == 0 ? 0 : -errno;
}

long peer_read(int leader, int members, long times)
{
    __u64 words[HEADER_WORDS + MOST_MEMBERS];
    ssize_t size = (HEADER_WORDS + members) * sizeof *words;
    while (times-- > 0)
        if (read(leader, words, size) != size)
            return -errno;
    return 0;
}

long peer_open_close(const struct event *event, long times)
{
    while (times-- > 0) {
        int descriptor;
        long result = peer_open(event, 1, 0, ALONE, &descriptor);
        if (result == 0)
            result = peer_close(&descriptor, 1);
        if (result != 0)
            return result;
    }
    return 0;
}

long peer_session(const struct event *events, int count, long times)
{
    while (times-- > 0) {
        int group[MOST_MEMBERS];
        long result = peer_open(events, count, 0, ALONE, group);
        if (result != 0)
            return result;
        if (ioctl(group[0], PERF_EVENT_IOC_ENABLE, 0) != 0 || ioctl(group[0], PERF_EVENT_IOC_DISABLE, 0) != 0)
            result = -errno;
        peer_close(group, count);
        if (result != 0)
            return result;
    }
    return 0;
}

// Opens a group on every thread of a process, then closes them all.
long peer_attach(const struct event *events, int count, int process, enum followed followed)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -errno;

    int *groups = NULL;
    size_t room = 0, used = 0;
    long result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(folder)) != NULL) {
        int thread = atoi(entry->d_name);
        if (thread == 0)
            continue;
        if (used == room) {
            room = room ? 2 * room : 64;
            int *more = realloc(groups, room * count * sizeof *groups);
            if (more == NULL) {
                result = -ENOMEM;
                break;
            }
            groups = more;
        }
        result = peer_open(events, count, thread, followed, groups + used * count);
        if (result == 0)
            used++;
    }
    closedir(folder);
    for (size_t i = 0; i < used; i++)
        peer_close(groups + i * count, count);
    free(groups);
    return result;
}
