// thread_churn IDLE THREADS AT_A_TIME CALLS [CHURN_US=0]
//
// Starts IDLE threads that sleep to the end, prints "ready PID", and waits for a line on stdin. Then creates THREADS short
// threads, never more than AT_A_TIME alive, each of which enters getppid CALLS times. Prints "calls TOTAL" and exits.
// With CHURN_US, while it waits for the line, it creates and joins a thread that does nothing, every CHURN_US microseconds:
// whoever attaches then must not miss a thread that is born while it attaches.
//
// Oracle: after the line, syscalls:sys_enter_getppid counts exactly THREADS * CALLS, which is TOTAL; before it, none.
// A thread joined is not yet a thread the kernel has taken down (it wakes the joiner first), so read after the process exited.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long total;

static void *sleep_forever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void *do_nothing(void *unused)
{
    return unused;
}

static void *make_calls(void *count)
{
    for (long made = 0; made < (long)count; made++) {
        syscall(SYS_getppid);
        atomic_fetch_add_explicit(&total, 1, memory_order_relaxed);
    }
    return NULL;
}

static pthread_t start(void *(*body)(void *), long argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, (void *)argument) != 0) {
        perror("pthread_create");
        exit(1);
    }
    return thread;
}

static void wait_for_line(long churn_us)
{
    struct pollfd input = { .fd = 0, .events = POLLIN };
    struct timespec period = { churn_us / 1000000, churn_us % 1000000 * 1000 };
    while (ppoll(&input, 1, churn_us > 0 ? &period : NULL, NULL) == 0)
        pthread_join(start(do_nothing, 0), NULL);
    char c;
    while (read(0, &c, 1) == 1 && c != '\n')
        ;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    long idle = atol(argv[1]), threads = atol(argv[2]), at_a_time = atol(argv[3]), calls = atol(argv[4]);
    if (at_a_time < 1)
        return 2;

    for (long i = 0; i < idle; i++)
        start(sleep_forever, 0);
    printf("ready %d\n", getpid());
    fflush(stdout);
    wait_for_line(argc > 5 ? atol(argv[5]) : 0);

    // A slot is free for the next thread once its last one is joined.
    pthread_t *slots = calloc(at_a_time, sizeof *slots);
    for (long i = 0; i < threads; i++) {
        if (i >= at_a_time)
            pthread_join(slots[i % at_a_time], NULL);
        slots[i % at_a_time] = start(make_calls, calls);
    }
    for (long i = 0; i < threads && i < at_a_time; i++)
        pthread_join(slots[i], NULL);

    printf("calls %ld\n", atomic_load(&total));
    return 0;
}
