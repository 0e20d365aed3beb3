// phased_work PHASES ROUNDS [THREADS=1 [early]]
//
// Prints "ready PID", waits for a line, and works in so many phases in each thread: even ones are ROUNDS turns of a loop of two instructions, odd ones
// ROUNDS / 1000 system calls, which are work of the kernel. Then it ends. More threads than one start after the line, or before it with "early".
//
// Oracle: run after run, the same instructions in user mode; the loop alone is 2 * ROUNDS for every even phase and thread.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long phases, rounds;
static pthread_barrier_t begin;

static void *work(void *early)
{
    if (early)
        pthread_barrier_wait(&begin);
    for (long phase = 0; phase < phases; phase++) {
        if (phase % 2 == 0) {
            unsigned long n = rounds;
#if defined(__aarch64__)
            __asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
#else
            __asm__ volatile("1: dec %0\n\tjne 1b" : "+r"(n) : : "cc");
#endif
        } else {
            for (long calls = rounds / 1000; calls > 0; calls--)
                syscall(SYS_getppid);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    phases = argc > 1 ? atol(argv[1]) : 1;
    rounds = argc > 2 ? atol(argv[2]) : 1000;
    long threads = argc > 3 ? atol(argv[3]) : 1;
    void *early = argc > 4 ? &begin : NULL;
    pthread_t *started = calloc(threads, sizeof *started);
    pthread_barrier_init(&begin, NULL, threads + 1);
    for (long i = 0; early && i < threads; i++)
        if (pthread_create(&started[i], NULL, work, early) != 0)
            return 1;

    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    if (read(0, &c, 1) < 0 || threads < 1)
        return 1;
    if (early) {
        pthread_barrier_wait(&begin);
    } else if (threads == 1) {
        work(NULL);
        return 0;
    } else {
        for (long i = 0; i < threads; i++)
            if (pthread_create(&started[i], NULL, work, NULL) != 0)
                return 1;
    }
    for (long i = 0; i < threads; i++)
        pthread_join(started[i], NULL);
    return 0;
}
