// hot_functions ROUNDS
//
// main() calls work() ROUNDS times, which calls hot() for some four fifths of its time, warm() for one fifth, and calls(), which enters the system call
// getppid a hundred times. All of them are on the stack while they run, with frame pointers. Ends with "rounds N".
//
// Oracle: 100 * ROUNDS samples at syscalls:sys_enter_getppid, each called by calls(), work(), main(); most samples of time in hot().
#pragma GCC optimize("no-omit-frame-pointer") // callchains follow them
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((noinline, noclone)) unsigned long hot(unsigned long count)
{
    volatile unsigned long sum = 0;
    for (unsigned long i = 0; i < count; i++)
        sum += i;
    return sum;
}

__attribute__((noinline, noclone)) unsigned long warm(unsigned long count)
{
    volatile unsigned long sum = 0;
    for (unsigned long i = 0; i < count; i++)
        sum += i;
    return sum;
}

__attribute__((noinline, noclone)) long calls(int count)
{
    volatile long sum = 0;
    for (int i = 0; i < count; i++) {
        long parent;
#if defined(__x86_64__)
        __asm__ volatile("syscall" : "=a"(parent) : "0"(SYS_getppid) : "rcx", "r11", "memory");
#else
        parent = syscall(SYS_getppid);
#endif
        sum += parent;
    }
    return sum;
}

__attribute__((noinline, noclone)) unsigned long work(void)
{
    volatile unsigned long sum = hot(800000) + warm(200000);
    sum += calls(100);
    return sum;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 1;
    volatile unsigned long sum = 0;
    for (int i = 0; i < rounds; i++)
        sum += work();
    printf("rounds %d\n", rounds);
    return 0;
}
