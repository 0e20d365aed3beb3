// getppid_calls CALLS [THREADS=1]
//
// Enters the system call getppid exactly CALLS times in all. With one thread the main thread makes the calls; with more,
// that many new threads share them (the first ones make one more where it does not divide) and the main thread makes none.
//
// Oracle: syscalls:sys_enter_getppid of the process, threads included, counts exactly CALLS. libc itself never calls it.
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *make_calls(void *count)
{
    for (long left = (long)count; left > 0; left--)
        syscall(SYS_getppid);
    return NULL;
}

int main(int argc, char **argv)
{
    long calls = argc > 1 ? atol(argv[1]) : 0;
    long threads = argc > 2 ? atol(argv[2]) : 1;
    if (calls < 0 || threads < 1)
        return 2;
    if (threads == 1) {
        make_calls((void *)calls);
        return 0;
    }

    pthread_t *started = calloc(threads, sizeof *started);
    for (long i = 0; i < threads; i++) {
        long share = calls / threads + (i < calls % threads);
        if (pthread_create(&started[i], NULL, make_calls, (void *)share) != 0)
            return 1;
    }
    for (long i = 0; i < threads; i++)
        pthread_join(started[i], NULL);
    return 0;
}
