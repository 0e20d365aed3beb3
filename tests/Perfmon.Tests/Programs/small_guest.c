// small_guest [VCPUS [NAME]]
//
// A virtual machine by /dev/kvm with VCPUS vCPUs (1 unless told), each run by a thread of its own, and a guest of a few real-mode instructions. The threads
// are named by NAME, in which %d is the vCPU's number; without one they keep the program's name, and nothing in procfs tells them apart.
// Prints "ready PID", then for each line of its input does what the line says, and answers with a line:
//
//   threads      "threads T0 T1 …": the thread of each vCPU
//   out V N      the guest of vCPU V writes to a port N times in a loop of three instructions, and halts: "out N", N + 1 exits to this program,
//                3 N + 1 guest instructions
//   touch V P    the guest of vCPU V writes one byte to each of P pages that nobody has touched yet, in a loop of four instructions, and halts:
//                "touch P", P page faults of the vCPU's thread at least
//   plug         one more vCPU with its thread: "plug T"
//   end V        the thread of vCPU V ends: "end V"
//   stats V      opens the binary statistics of vCPU V, or of the virtual machine if V is -1, and keeps them open: "stats FD"
//   dump V       what is in them, read anew: "dump HEX"
//
// Ends at the end of its input.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __x86_64__
int main(void)
{
    fputs("small_guest: its guests are of x86\n", stderr);
    return 1;
}
#else

enum { MOST_VCPUS = 16, CODE = 0, TOUCH = 0x100, FIRST_PAGE = 0x100000, PAGE = 4096, PAGES = 65536 };

#ifndef KVM_GET_STATS_FD
#define KVM_GET_STATS_FD _IO(KVMIO, 0xce)
#endif

static const unsigned char out_loop[] = {
    0xe6, 0x10,       // out 0x10, al
    0x66, 0x49,       // dec ecx
    0x75, 0xfa,       // jnz the first
    0xf4,             // hlt
};

static const unsigned char touch_loop[] = {
    0x67, 0xc6, 0x03, 0x01,                   // mov byte [ebx], 1
    0x66, 0x81, 0xc3, 0x00, 0x10, 0x00, 0x00, // add ebx, 4096
    0x66, 0x49,                               // dec ecx
    0x75, 0xf1,                               // jnz the first
    0xf4,                                     // hlt
};

struct vcpu {
    int number, fd;
    struct kvm_run *run;
    pthread_t thread;
    pid_t tid;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int command; // 0 none, 'o', 't', 'e'; back to 0 when done
    long count, exits;
};

static int kvm, vm, run_size, vcpus;
static char *memory;
static long next_page = 0;
static const char *thread_name;
static struct vcpu all[MOST_VCPUS];

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void carry_out(struct vcpu *v, int command, long count)
{
    struct kvm_regs regs = {.rflags = 2, .rcx = count};
    if (command == 't') {
        regs.rip = TOUCH;
        regs.rbx = FIRST_PAGE + next_page * PAGE;
        next_page += count;
    }
    if (ioctl(v->fd, KVM_SET_REGS, &regs) < 0)
        fail("KVM_SET_REGS");
    v->exits = 0;
    for (int halted = 0; !halted; v->exits++) {
        if (ioctl(v->fd, KVM_RUN, 0) < 0)
            fail("KVM_RUN");
        halted = v->run->exit_reason == KVM_EXIT_HLT;
        if (!halted && v->run->exit_reason != KVM_EXIT_IO) {
            fprintf(stderr, "exit reason %u\n", v->run->exit_reason);
            exit(1);
        }
    }
}

static void *run_vcpu(void *argument)
{
    struct vcpu *v = argument;
    if (thread_name) {
        char name[16];
        snprintf(name, sizeof name, thread_name, v->number);
        prctl(PR_SET_NAME, name);
    }
    pthread_mutex_lock(&v->lock);
    v->tid = syscall(SYS_gettid);
    pthread_cond_broadcast(&v->changed);
    for (;;) {
        while (!v->command)
            pthread_cond_wait(&v->changed, &v->lock);
        int ends = v->command == 'e';
        if (!ends)
            carry_out(v, v->command, v->count);
        v->command = 0;
        pthread_cond_broadcast(&v->changed);
        if (ends)
            break;
    }
    pthread_mutex_unlock(&v->lock);
    return 0;
}

static long tell(struct vcpu *v, int command, long count)
{
    pthread_mutex_lock(&v->lock);
    v->command = command;
    v->count = count;
    pthread_cond_broadcast(&v->changed);
    while (v->command)
        pthread_cond_wait(&v->changed, &v->lock);
    pthread_mutex_unlock(&v->lock);
    return v->exits;
}

static struct vcpu *plug(void)
{
    struct vcpu *v = &all[vcpus];
    v->number = vcpus++;
    v->fd = ioctl(vm, KVM_CREATE_VCPU, v->number);
    if (v->fd < 0)
        fail("KVM_CREATE_VCPU");
    v->run = mmap(0, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
    if (v->run == MAP_FAILED)
        fail("mmap of a vCPU");
    struct kvm_sregs sregs;
    if (ioctl(v->fd, KVM_GET_SREGS, &sregs) < 0)
        fail("KVM_GET_SREGS");
    sregs.cs.base = 0;
    sregs.cs.selector = 0;
    sregs.ds.limit = 0xffffffff;
    sregs.ds.g = 1;
    if (ioctl(v->fd, KVM_SET_SREGS, &sregs) < 0)
        fail("KVM_SET_SREGS");
    struct kvm_mp_state runnable = {KVM_MP_STATE_RUNNABLE};
    ioctl(v->fd, KVM_SET_MP_STATE, &runnable);
    pthread_mutex_init(&v->lock, 0);
    pthread_cond_init(&v->changed, 0);
    if (pthread_create(&v->thread, 0, run_vcpu, v))
        fail("pthread_create");
    pthread_mutex_lock(&v->lock);
    while (!v->tid)
        pthread_cond_wait(&v->changed, &v->lock);
    pthread_mutex_unlock(&v->lock);
    return v;
}

static int open_stats(int vcpu)
{
    int fd = ioctl(vcpu < 0 ? vm : all[vcpu].fd, KVM_GET_STATS_FD, 0);
    if (fd < 0)
        fail("KVM_GET_STATS_FD");
    return fd;
}

static void dump(int vcpu)
{
    static unsigned char bytes[1 << 20];
    int fd = open_stats(vcpu);
    long length = 0;
    for (long got; (got = pread(fd, bytes + length, sizeof bytes - length, length)) > 0;)
        length += got;
    close(fd);
    printf("dump ");
    for (long i = 0; i < length; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1;
    thread_name = argc > 2 ? argv[2] : 0;
    kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0)
        fail("/dev/kvm");
    vm = ioctl(kvm, KVM_CREATE_VM, 0);
    if (vm < 0)
        fail("KVM_CREATE_VM");
    run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    size_t size = FIRST_PAGE + (size_t)PAGES * PAGE;
    memory = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap of memory");
    madvise(memory, size, MADV_NOHUGEPAGE);
    memcpy(memory + CODE, out_loop, sizeof out_loop);
    memcpy(memory + TOUCH, touch_loop, sizeof touch_loop);
    struct kvm_userspace_memory_region region = {.memory_size = size, .userspace_addr = (unsigned long)memory};
    if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
        fail("KVM_SET_USER_MEMORY_REGION");
    while (vcpus < count)
        plug();

    printf("ready %d\n", getpid());
    fflush(stdout);
    char line[100];
    while (fgets(line, sizeof line, stdin)) {
        int v = 0;
        long n = 0;
        char word[20] = "";
        sscanf(line, "%19s %d %ld", word, &v, &n);
        if (v >= vcpus)
            break;
        if (!strcmp(word, "threads")) {
            printf("threads");
            for (int i = 0; i < vcpus; i++)
                printf(" %d", all[i].tid);
            printf("\n");
        } else if (!strcmp(word, "out")) {
            printf("out %ld\n", tell(&all[v], 'o', n) - 1);
        } else if (!strcmp(word, "touch")) {
            tell(&all[v], 't', n);
            printf("touch %ld\n", n);
        } else if (!strcmp(word, "plug")) {
            printf("plug %d\n", plug()->tid);
        } else if (!strcmp(word, "end")) {
            tell(&all[v], 'e', 0);
            pthread_join(all[v].thread, 0);
            printf("end %d\n", v);
        } else if (!strcmp(word, "stats")) {
            printf("stats %d\n", open_stats(v));
        } else if (!strcmp(word, "dump")) {
            dump(v);
        }
        fflush(stdout);
    }
    return 0;
}

#endif
