// getppid_batches
//
// Prints "ready PID"; then, for every line with a number N, enters the system call getppid exactly N times and prints "done N".
// Ends at the end of its input.
//
// Oracle: syscalls:sys_enter_getppid of its one thread counts exactly the sum of the numbers.
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    printf("ready %d\n", getpid());
    fflush(stdout);
    long calls;
    while (scanf("%ld", &calls) == 1) {
        for (long left = calls; left > 0; left--)
            syscall(SYS_getppid);
        printf("done %ld\n", calls);
        fflush(stdout);
    }
    return 0;
}
