// counter_holder TYPE CONFIG EVENTS pinned|flexible
//
// Opens EVENTS events of one kind on CPU 0, prints "ready PID", and holds them until stdin is closed.
//
// Oracle: where they are pinned, each has a counter of CPU 0 from "ready" to the end, or the program fails before "ready".
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    for (int i = 0; i < atoi(argv[3]); i++) {
        struct perf_event_attr attr;
        memset(&attr, 0, sizeof attr);
        attr.type = (unsigned)strtoul(argv[1], 0, 0);
        attr.size = sizeof attr;
        attr.config = strtoull(argv[2], 0, 0);
        attr.pinned = !strcmp(argv[4], "pinned");
        long event = syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0UL);
        unsigned long long count;
        if (event < 0 || read((int)event, &count, sizeof count) != sizeof count) {
            perror("perf_event_open");
            return 1;
        }
    }
    printf("ready %d\n", getpid());
    fflush(stdout);
    char c;
    while (read(0, &c, 1) > 0)
        ;
    return 0;
}
