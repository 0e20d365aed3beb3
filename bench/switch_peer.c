// Event sets that take turns on threads, as Perfmon lets them, made by C: what `switching` has as its baseline. A task-clock event of the
// target overflows after the turn; a thread that waits in epoll (edge-triggered) then stops the outgoing set's group, reads it, starts the next set's and
// sets the clock anew. Every function gives 0, or -errno of the call that failed.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_WORDS = 3, MOST_MEMBERS = 8, MOST_SETS = 4, MOST_SESSIONS = 256, MOST_CPUS = 256, MOST_READY = 64 };

// Who switches: the thread of the CPU on which the turn ended, before all others or in line with them, or one thread anywhere, in line.
enum strategy { SAME_CPU_FIRST, SAME_CPU, ANYWHERE, STRATEGIES };

struct event {
    __u64 type;
    __u64 config;
};

struct record {
    struct perf_event_header header;
    __u64 time;
    __u32 cpu, reserved;
};

// A thread that waits for the clocks of any number of sessions.
struct loop {
    enum strategy strategy;
    int cpu, epoll;
};

struct session {
    pthread_mutex_t lock;
    enum strategy strategy;
    struct loop *loop;
    int members, sets, active, clock;
    struct perf_event_mmap_page *ring;
    __u64 turn, began, switches;
    long failure;
    int groups[MOST_SETS][MOST_MEMBERS];
    __u64 counts[MOST_SETS][HEADER_WORDS + MOST_MEMBERS];
};

static struct loop loops[STRATEGIES][MOST_CPUS];

// Never given back: a wake that is late finds its session closed, not gone.
static struct session *sessions[MOST_SESSIONS];
static int used;

static __u64 now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static long open_event(struct perf_event_attr *attr, int thread, int leader)
{
    attr->size = sizeof *attr;
    long result = syscall(SYS_perf_event_open, attr, thread, -1, leader, PERF_FLAG_FD_CLOEXEC);
    return result < 0 ? -errno : result;
}

static int take(struct session *session, struct record *record)
{
    size_t page = getpagesize();
    for (;;) {
        __u64 tail = session->ring->data_tail;
        if (__atomic_load_n(&session->ring->data_head, __ATOMIC_ACQUIRE) == tail)
            return 0;

        // Records are whole words: a header is never cut where the ring ends, the rest may be.
        char *data = (char *)session->ring + page;
        struct perf_event_header header = *(struct perf_event_header *)(data + tail % page);
        for (size_t i = 0; i < header.size && i < sizeof *record; i += sizeof(__u64))
            memcpy((char *)record + i, data + (tail + i) % page, sizeof(__u64));
        __atomic_store_n(&session->ring->data_tail, tail + header.size, __ATOMIC_RELEASE);
        if (header.type == PERF_RECORD_SAMPLE)
            return 1;
    }
}

static int read_set(struct session *session, int set)
{
    ssize_t size = (HEADER_WORDS + session->members) * sizeof(__u64);
    return read(session->groups[set][0], session->counts[set], size) == size ? 0 : -1;
}

static void switch_set(struct session *session)
{
    int outgoing = session->active;
    int next = session->active = (outgoing + 1) % session->sets;
    if (ioctl(session->groups[outgoing][0], PERF_EVENT_IOC_DISABLE, 0) != 0 || read_set(session, outgoing) != 0
        || ioctl(session->groups[next][0], PERF_EVENT_IOC_ENABLE, 0) != 0)
        session->failure = -errno;
    session->began = now();
    if (ioctl(session->clock, PERF_EVENT_IOC_PERIOD, &session->turn) != 0)
        session->failure = -errno;
    session->switches++;
}

static long watch(struct session *session, int cpu);

static void when_readable(struct session *session)
{
    struct record record;
    pthread_mutex_lock(&session->lock);
    if (session->ring != NULL && take(session, &record)) {
        // The kernel tells once of several.
        do
            if (record.time >= session->began)
                switch_set(session);
        while (take(session, &record));
        if (session->strategy != ANYWHERE && (int)record.cpu != session->loop->cpu) {
            epoll_ctl(session->loop->epoll, EPOLL_CTL_DEL, session->clock, NULL);
            long result = watch(session, record.cpu);
            if (result != 0)
                session->failure = result;
        }
    }
    pthread_mutex_unlock(&session->lock);
}

static void *run(void *argument)
{
    struct loop *loop = argument;
    if (loop->strategy != ANYWHERE) {
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        CPU_SET(loop->cpu, &cpus);
        sched_setaffinity(0, sizeof cpus, &cpus);
    }
    if (loop->strategy == SAME_CPU_FIRST)
        sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 });
    for (;;) {
        struct epoll_event ready[MOST_READY];
        int count = epoll_wait(loop->epoll, ready, MOST_READY, -1);
        for (int i = 0; i < count; i++)
            when_readable(ready[i].data.ptr);
    }
    return NULL;
}

// The loop's thread lives as long as the process.
static long start_loop(struct loop *loop, enum strategy strategy, int cpu)
{
    static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
    long result = 0;
    pthread_mutex_lock(&starting);
    if (loop->epoll == 0) {
        pthread_t thread;
        *loop = (struct loop){ .strategy = strategy, .cpu = cpu, .epoll = epoll_create1(EPOLL_CLOEXEC) };
        result = loop->epoll < 0 ? -errno : -pthread_create(&thread, NULL, run, loop);
        if (result == 0)
            pthread_setname_np(thread, "Peer sets");
        else
            loop->epoll = 0;
    }
    pthread_mutex_unlock(&starting);
    return result;
}

static long watch(struct session *session, int cpu)
{
    struct loop *loop = session->loop = &loops[session->strategy][cpu];
    long result = start_loop(loop, session->strategy, cpu);
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = session };
    if (result == 0 && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, session->clock, &event) != 0)
        result = -errno;
    return result;
}

static long open_session(struct session *session, int thread, const struct event *events)
{
    for (int set = 0; set < session->sets; set++)
        for (int i = 0; i < session->members; i++) {
            struct perf_event_attr attr = {
                .type = events[set * session->members + i].type,
                .config = events[set * session->members + i].config,
                .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
                .disabled = i == 0,
            };
            long opened = open_event(&attr, thread, i == 0 ? -1 : session->groups[set][0]);
            if (opened < 0)
                return opened;
            session->groups[set][i] = opened;
        }

    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE,
        .config = PERF_COUNT_SW_TASK_CLOCK,
        .sample_period = session->turn,
        .sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_CPU,
        .wakeup_events = 1,
        .disabled = 1,
        .use_clockid = 1,
        .clockid = CLOCK_MONOTONIC,
    };
    long opened = open_event(&attr, thread, -1);
    if (opened < 0)
        return opened;
    session->clock = opened;
    session->ring = mmap(NULL, 2 * getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, session->clock, 0);
    if (session->ring == MAP_FAILED)
        return -errno;
    return watch(session, 0);
}

// Opens a session on each thread and starts it: `sets` sets of `members` events, each with a turn of that many nanoseconds.
long switch_peer_start(const int *threads, int count, const struct event *events, int sets, int members, __u64 turn, enum strategy strategy)
{
    for (used = 0; used < count; used++) {
        if (sessions[used] == NULL) {
            sessions[used] = calloc(1, sizeof **sessions);
            pthread_mutex_init(&sessions[used]->lock, NULL);
        }
        struct session *session = sessions[used];
        pthread_mutex_lock(&session->lock);
        session->strategy = strategy;
        session->sets = sets;
        session->members = members;
        session->turn = turn;
        session->active = session->switches = session->failure = 0;
        long result = open_session(session, threads[used], events);
        if (result == 0 && ioctl(session->groups[0][0], PERF_EVENT_IOC_ENABLE, 0) != 0)
            result = -errno;
        session->began = now();
        if (result == 0 && ioctl(session->clock, PERF_EVENT_IOC_ENABLE, 0) != 0)
            result = -errno;
        pthread_mutex_unlock(&session->lock);
        if (result != 0)
            return result;
    }
    return 0;
}

// Lets the calling thread run before all others, if it may, but not the threads and processes that it starts.
long switch_peer_go_first(void)
{
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &(struct sched_param){ .sched_priority = 1 }) == 0 ? 0 : -errno;
}

// How many switches all sessions have made.
long switch_peer_switches(void)
{
    long switches = 0;
    for (int i = 0; i < used; i++) {
        pthread_mutex_lock(&sessions[i]->lock);
        switches += sessions[i]->switches;
        pthread_mutex_unlock(&sessions[i]->lock);
    }
    return switches;
}

// Closes all sessions.
long switch_peer_stop(void)
{
    long result = 0;
    for (int i = 0; i < used; i++) {
        struct session *session = sessions[i];
        pthread_mutex_lock(&session->lock);
        if (session->failure != 0)
            result = session->failure;
        epoll_ctl(session->loop->epoll, EPOLL_CTL_DEL, session->clock, NULL);
        munmap(session->ring, 2 * getpagesize());
        session->ring = NULL;
        close(session->clock);
        for (int set = 0; set < session->sets; set++)
            for (int member = session->members; member-- > 0;)
                close(session->groups[set][member]);
        pthread_mutex_unlock(&session->lock);
    }
    used = 0;
    return result;
}
