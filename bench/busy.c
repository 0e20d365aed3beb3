// busy THREADS [CPU]: a process of that many threads that all work without a pause, on one CPU only if one is given. It prints the threads'
// numbers on one line; for each line that it reads it prints "WORK CPU_NS", what they have done so far and the CPU time they took. It ends
// with its standard input.
//
// The work walks through 16 KiB, about half of a first-level cache, so that what else uses the cache slows it down.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 256, PLACES = 2048, STEPS = 256 };

struct worker {
    _Alignas(64) volatile unsigned long work;
    volatile int number;
    pthread_t thread;
    unsigned long next[PLACES];
};

static struct worker workers[MOST_THREADS];

static void *work(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < PLACES; i++)
        worker->next[i] = (i + 787) % PLACES;
    worker->number = syscall(SYS_gettid);
    for (unsigned long place = 0;; worker->work++)
        for (int i = 0; i < STEPS; i++)
            place = *(volatile unsigned long *)&worker->next[place];
    return NULL;
}

static long long used_ns(pthread_t thread)
{
    clockid_t clock;
    struct timespec used;
    pthread_getcpuclockid(thread, &clock);
    clock_gettime(clock, &used);
    return used.tv_sec * 1000000000LL + used.tv_nsec;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1;
    if (argc > 2) {
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        CPU_SET(atoi(argv[2]), &cpus);
        sched_setaffinity(0, sizeof cpus, &cpus);
    }
    for (int i = 0; i < count; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            perror("pthread_create");
            return 1;
        }
    for (int i = 0; i < count; i++) {
        while (workers[i].number == 0)
            usleep(1000);
        printf("%d ", workers[i].number);
    }
    puts("");
    fflush(stdout);

    // Whoever asks would wait for all that work. Where it may not, it does.
    sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 });
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned long done = 0;
        long long used = 0;
        for (int i = 0; i < count; i++) {
            used += used_ns(workers[i].thread);
            done += workers[i].work;
        }
        printf("%lu %lld\n", done, used);
        fflush(stdout);
    }
    _exit(0);
}
