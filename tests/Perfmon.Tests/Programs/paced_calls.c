// paced_calls MILLISECONDS KIND
//
// Prints "ready PID", waits for a line, and enters the system call getppid, and touches a fresh page for every fourth of the calls, at a rate that
// depends on KIND, which it paces by its own CPU time:
//   steady    always the same
//   phased    four times as often in every second 50 ms of CPU time
//   bursty    hundreds of calls at once now and then, few between
//   sleeping  steady, but it sleeps for nine tenths of the time
// It ends after that much CPU time and prints "calls N faults M cpu_ns T": how often it called and touched, and the CPU time from the line on.
//
// Oracle: syscalls:sys_enter_getppid of its one thread counts exactly N, and page-faults M and a few of the start and the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ROUND_NS = 20000, PHASE_NS = 50000000, AWAKE_NS = 1000000 };

static long long used_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    long long all_ns = (argc > 1 ? atoll(argv[1]) : 0) * 1000000LL;
    const char *kind = argc > 2 ? argv[2] : "steady";
    int phased = !strcmp(kind, "phased"), bursty = !strcmp(kind, "bursty"), sleeping = !strcmp(kind, "sleeping");
    unsigned seed = 7;
    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    if (read(0, &c, 1) < 0)
        return 1;

    volatile char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long calls = 0, faults = 0;
    long long start_ns = used_ns(), slept_ns = 0;
    for (long long round = 0; round * ROUND_NS < all_ns; round++) {
        long long at_ns;
        while ((at_ns = used_ns() - start_ns) < round * ROUND_NS)
            ;
        if (sleeping && at_ns - slept_ns >= AWAKE_NS) {
            struct timespec nap = { 0, 9 * AWAKE_NS };
            nanosleep(&nap, NULL);
            slept_ns = at_ns;
        }
        long now = phased ? (at_ns / PHASE_NS % 2 ? 4 : 1) : bursty ? (rand_r(&seed) % 500 == 0 ? 20 : round % 10 == 0) : 2;
        for (long i = 0; i < now; i++, calls++) {
            syscall(SYS_getppid);
            if (calls % 4 == 0) {
                madvise((void *)page, 4096, MADV_DONTNEED);
                *page = 1;
                faults++;
            }
        }
    }
    printf("calls %ld faults %ld cpu_ns %lld\n", calls, faults, used_ns() - start_ns);
    return 0;
}
