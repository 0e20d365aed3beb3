// known_sample
//
// Prints "ready PID" and then "watched ADDRESS"; after a line it writes to the watched number, enters the system call getppid with registers and
// stack that it knows, and prints "sp ADDRESS ip ADDRESS": the stack pointer in the call, and the address behind its instruction. Ends at
// the end of its input.
//
// Oracle: a sample at syscalls:sys_enter_getppid has that sp and ip; the words at the sp are 0x5741434b00000001 and 0x5741434b00000002; the
// registers r12 to r15 (x19 to x22 on Arm) are 0x5245470000000001 to 0x5245470000000004. The call is made by inner(), called by outer(), called by main().
#pragma GCC optimize("no-omit-frame-pointer") // callchains follow them
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile long watched;

__attribute__((noinline)) static void inner(unsigned long *sp, unsigned long *ip)
{
    unsigned long stack, instruction;
#if defined(__x86_64__)
    __asm__ volatile(
        "sub $128, %%rsp\n\t" // beyond the red zone
        "movabs $0x5741434b00000002, %%rax\n\t"
        "push %%rax\n\t"
        "movabs $0x5741434b00000001, %%rax\n\t"
        "push %%rax\n\t"
        "movabs $0x5245470000000001, %%r12\n\t"
        "movabs $0x5245470000000002, %%r13\n\t"
        "movabs $0x5245470000000003, %%r14\n\t"
        "movabs $0x5245470000000004, %%r15\n\t"
        "mov %%rsp, %0\n\t"
        "lea 1f(%%rip), %1\n\t"
        "mov %2, %%eax\n\t"
        "syscall\n"
        "1:\n\t"
        "add $144, %%rsp"
        : "=&b"(stack), "=&d"(instruction)
        : "i"(SYS_getppid)
        : "rax", "rcx", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
#elif defined(__aarch64__)
    __asm__ volatile(
        "ldr x9, =0x5741434b00000001\n\t"
        "ldr x10, =0x5741434b00000002\n\t"
        "stp x9, x10, [sp, #-16]!\n\t"
        "ldr x19, =0x5245470000000001\n\t"
        "ldr x20, =0x5245470000000002\n\t"
        "ldr x21, =0x5245470000000003\n\t"
        "ldr x22, =0x5245470000000004\n\t"
        "mov %0, sp\n\t"
        "adr %1, 1f\n\t"
        "mov x8, %2\n\t"
        "svc #0\n"
        "1:\n\t"
        "add sp, sp, #16"
        : "=&r"(stack), "=&r"(instruction)
        : "i"(SYS_getppid)
        : "x0", "x8", "x9", "x10", "x19", "x20", "x21", "x22", "memory", "cc");
#else
#error "which registers?"
#endif
    *sp = stack;
    *ip = instruction;
}

__attribute__((noinline)) static void outer(unsigned long *sp, unsigned long *ip)
{
    inner(sp, ip);
    __asm__ volatile("" ::: "memory"); // no tail call
}

int main(void)
{
    printf("ready %d\nwatched %lx\n", getpid(), (unsigned long)&watched);
    fflush(stdout);
    while (getchar() != EOF) {
        unsigned long sp, ip;
        watched = 1;
        outer(&sp, &ip);
        printf("sp %lx ip %lx\n", sp, ip);
        fflush(stdout);
    }
    return 0;
}
