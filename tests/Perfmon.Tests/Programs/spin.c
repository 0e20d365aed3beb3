// spin MILLISECONDS
//
// Burns that much CPU time of its one thread, whatever the elapsed time, and prints "cpu_ns N": what the thread had used.
//
// Oracle: task-clock of the process is at least N, and above it only by the end of the process (well below a millisecond
// on a quiet machine).
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long used_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    long long wanted_ns = (argc > 1 ? atoll(argv[1]) : 0) * 1000000LL;
    volatile unsigned long work = 0;
    while (used_ns() < wanted_ns)
        for (int i = 0; i < 1000; i++)
            work += i;
    printf("cpu_ns %lld\n", used_ns());
    return 0;
}
