// sleeper
//
// Prints "ready PID" and sleeps until stdin is closed.
//
// Oracle: between "ready" and the close it uses no CPU: task-clock counts 0 and no event is sampled.
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    while (read(0, &c, 1) > 0)
        ;
    return 0;
}
