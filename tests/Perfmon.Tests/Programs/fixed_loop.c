// fixed_loop N
//
// Prints "ready PID", waits for a line, executes a loop of two instructions N times, and ends.
//
// Oracle: a run with 2N executes exactly 2N more instructions in user mode than a run with N, whatever the rest of the program is.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    unsigned long n = argc > 1 ? strtoul(argv[1], 0, 10) : 1;
    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    if (read(0, &c, 1) < 0)
        return 1;
#if defined(__aarch64__)
    __asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
#else
    __asm__ volatile("1: dec %0\n\tjne 1b" : "+r"(n) : : "cc");
#endif
    return 0;
}
