// steady_worker
//
// Prints "ready PID" and works until it is ended: in each turn ten fresh pages are touched, getppid is called a hundred times, a function runs for some
// tenths of a millisecond, and it sleeps for one.
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile long sum;

__attribute__((noinline)) static void add_up(void)
{
    for (long i = 0; i < 300000; i++)
        sum += i;
}

int main(void)
{
    printf("ready %d\n", getpid());
    fflush(stdout);
    for (;;) {
        char *pages = mmap(NULL, 10 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; i < 10; i++)
            pages[i * 4096] = 1;
        munmap(pages, 10 * 4096);
        for (int i = 0; i < 100; i++)
            syscall(SYS_getppid);
        add_up();
        usleep(1000);
    }
}
