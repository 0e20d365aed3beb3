// probed_function CALLS
//
// Prints "ready PID", then "offset N": where the function's first instruction is in the program's file, as a uprobe wants it. Waits
// for a line, calls the function CALLS times, prints "done", and waits for another line.
//
// Oracle: a uprobe at the offset counts exactly CALLS.
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((noinline, noclone)) static int probed(int number)
{
    __asm__ volatile("" : "+r"(number));
    return number + 1;
}

static int print_offset(struct dl_phdr_info *object, size_t size, void *unused)
{
    (void)size, (void)unused;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        ElfW(Addr) start = object->dlpi_addr + segment->p_vaddr, place = (ElfW(Addr))probed;
        if (segment->p_type == PT_LOAD && place >= start && place < start + segment->p_memsz)
            printf("offset %lu\n", (unsigned long)(place - start + segment->p_offset));
    }
    return 1; // The first object is the program.
}

static void wait_for_line(void)
{
    char c;
    while (read(0, &c, 1) == 1 && c != '\n')
        ;
}

int main(int argc, char **argv)
{
    long calls = argc > 1 ? atol(argv[1]) : 0;
    printf("ready %d\n", getpid());
    dl_iterate_phdr(print_offset, NULL);
    fflush(stdout);
    wait_for_line();
    int number = 0;
    for (long i = 0; i < calls; i++)
        number = probed(number);
    printf("done\n");
    fflush(stdout);
    wait_for_line();
    return number == calls ? 0 : 1;
}
