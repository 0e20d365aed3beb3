// spin MILLISECONDS
//
// Burns that much CPU time of its one thread from main on, whatever the elapsed time, and prints "cpu_ns N": what it used.
//
// Oracle: task-clock counted from exec is at least N, and above it by the start and the end of the process
// (milliseconds). What the thread used before exec is not in N.
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
    long long start_ns = used_ns();
    volatile unsigned long work = 0;
    while (used_ns() - start_ns < wanted_ns)
        for (int i = 0; i < 1000; i++)
            work += i;
    printf("cpu_ns %lld\n", used_ns() - start_ns);
    return 0;
}
