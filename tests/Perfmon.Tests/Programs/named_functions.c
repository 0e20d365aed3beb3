/*
 * Functions of all kinds of binding, one of them hot. Says "ready PID", then "NAME ADDRESS" in hexadecimal for each, then "end", and
 * waits for the end of its input. With an argument it runs the function work until it is killed.
 */
#include <stdio.h>
#include <unistd.h>

#ifndef PREFIX
#define PREFIX first
#endif
#define JOIN(a, b) a##_##b
#define NAMED(a, b) JOIN(a, b)

__attribute__((noinline, noclone)) long NAMED(PREFIX, exported)(long value) { return value * 3 + 1; }
__attribute__((noinline, noclone, used)) static long NAMED(PREFIX, local)(long value) { return value * 5 + 2; }
__attribute__((noinline, noclone, weak)) long NAMED(PREFIX, weak)(long value) { return value * 7 + 3; }
__attribute__((alias("first_target_"))) long _first_alias(long value);
__attribute__((noinline, noclone)) long first_target_(long value) { return value * 11 + 4; }

__attribute__((noinline, noclone)) unsigned long work(unsigned long rounds)
{
    volatile unsigned long sum = 0;
    for (unsigned long round = 0; round < rounds; round++)
        sum += round;
    return sum;
}

/* A label of assembly: of no type and no size. */
__asm__(".text\n.globl assembly_label\nassembly_label:\n nop\n nop\n ret\n");
extern void assembly_label(void);

int main(int argc, char **argv __attribute__((unused)))
{
    char line[64];
    printf("ready %d\n", getpid());
    printf("exported %lx\n", (unsigned long)&NAMED(PREFIX, exported));
    printf("local %lx\n", (unsigned long)&NAMED(PREFIX, local));
    printf("weak %lx\n", (unsigned long)&NAMED(PREFIX, weak));
    printf("target %lx\n", (unsigned long)&first_target_);
    printf("label %lx\n", (unsigned long)&assembly_label);
    printf("main %lx\n", (unsigned long)&main);
    printf("end\n");
    fflush(stdout);
    while (argc > 1)
        work(1000000);
    while (fgets(line, sizeof line, stdin))
        ;
    return 0;
}
