// page_touch PAGES [wait]
//
// Maps PAGES anonymous pages without huge pages and writes to each once, in order. Prints "faults N": the page faults the
// kernel charged to the process meanwhile (getrusage). With "wait": prints "ready PID" before and waits for a line on stdin,
// and waits for another line after "faults N", so that a monitor can attach to and read exactly the touching.
//
// Oracle: N is PAGES, and page-faults between the two lines counts PAGES. Without "wait" a monitor also sees the faults of
// starting and ending the process, some hundred that vary.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static void wait_for_line(void)
{
    char c;
    while (read(0, &c, 1) == 1 && c != '\n')
        ;
}

static long touch(long pages)
{
    long size = sysconf(_SC_PAGESIZE);
    char *memory = mmap(NULL, pages * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || madvise(memory, pages * size, MADV_NOHUGEPAGE) != 0) {
        perror("mmap");
        exit(1);
    }
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (long i = 0; i < pages; i++)
        ((volatile char *)memory)[i * size] = 1;
    getrusage(RUSAGE_SELF, &after);
    return after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt;
}

static void tell(const char *what, long number)
{
    char line[64];
    int length = snprintf(line, sizeof line, "%s %ld\n", what, number);
    write(1, line, *what ? length : 0);
}

int main(int argc, char **argv)
{
    long pages = argc > 1 ? atol(argv[1]) : 0;
    int waits = argc > 2 && strcmp(argv[2], "wait") == 0;
    if (pages < 1)
        return 2;

    // A rehearsal: the code, the stack and libc's parts that the real step needs are in memory from here on.
    tell("", touch(1));
    read(0, NULL, 0);

    if (waits) {
        tell("ready", getpid());
        wait_for_line();
    }
    tell("faults", touch(pages));
    if (waits)
        wait_for_line();
    return 0;
}
