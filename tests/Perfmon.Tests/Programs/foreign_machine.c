// Makes a virtual machine and keeps it until its input ends. Says the machine's descriptor.
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(void)
{
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    int machine = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
    if (machine < 0)
        return 1;

    printf("ready %d\n%d\n", getpid(), machine);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
