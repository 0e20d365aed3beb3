// phased_writes MILLISECONDS PHASES SEED
//
// Prints "ready PID", the address of each of 12 variables of 8 bytes, and waits for a line. Then it uses that much CPU time in so many phases
// of random lengths, in each of which it writes the variables at rates of their own, and enters the system call getppid the more often the busier
// the phase is. It prints "N" for each variable: how often it was written.
//
// Oracle: a data breakpoint on a variable counts exactly its N writes. Rounds begin at multiples of 60 us of the thread's CPU time, however
// long the accesses in one take, so that rates do not depend on who watches what: a watched write costs 10 us and more.
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { VARIABLES = 12, KINDS = 3, ROUND_NS = 60000 };

static volatile long watched[VARIABLES] __attribute__((aligned(64)));
static long written[VARIABLES];

static long long used_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    long long all_ns = (argc > 1 ? atoll(argv[1]) : 0) * 1000000LL;
    long phases = argc > 2 ? atol(argv[2]) : 1;
    unsigned seed = argc > 3 ? atol(argv[3]) : 1;
    printf("ready %d\n", getpid());
    for (int i = 0; i < VARIABLES; i++)
        printf("%p\n", (void *)&watched[i]);
    fflush(stdout);
    char c;
    if (read(0, &c, 1) < 0 || phases < 1)
        return 1;

    long long rounds = all_ns / ROUND_NS, round = 0, start_ns = used_ns();
    for (long phase = 0; phase < phases; phase++) {
        // Half to one and a half of what is left for each phase, the rest for the last.
        long long left = rounds - round, length = left / (phases - phase);
        length = phase == phases - 1 ? left : length / 2 + length * (rand_r(&seed) % 1000) / 1000;
        int kind = phase % KINDS;
        for (long long last = round + length; round < last; round++) {
            while (used_ns() - start_ns < round * ROUND_NS)
                ;
            for (int i = 0; i < 1 + 2 * kind; i++)
                syscall(SYS_getppid);
            for (int i = 0; i < VARIABLES; i++) {
                // Busier with the phase, with it the less, or not changing: what the reference tells of a variable differs.
                long every = i % KINDS == 0 ? 1 + 2 * (KINDS - 1 - kind) : i % KINDS == 1 ? 1 + 2 * kind : 2;
                if ((round + i) % every == 0) {
                    watched[i] = round;
                    written[i]++;
                }
            }
        }
    }
    for (int i = 0; i < VARIABLES; i++)
        printf("%ld\n", written[i]);
    return 0;
}
