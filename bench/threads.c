// threads COUNT: a process of COUNT threads that all sleep. Prints "ready" and ends when its standard input is closed.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *sleep_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

int main(int argc, char **argv)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    for (int i = 1; i < atoi(argc > 1 ? argv[1] : "1"); i++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, sleep_for_ever, NULL) != 0) {
            perror("pthread_create");
            return 1;
        }
    }

    puts("ready");
    fflush(stdout);
    char c;
    while (read(0, &c, 1) > 0)
        ;
    _exit(0);
}
