using System.Runtime.InteropServices;

namespace Tmds.Linux;

/// <summary>
/// The part of the package Tmds.LibC that Perfmon uses, under the package's own names and signatures: with the MSBuild
/// property <c>UseTmdsLibC=true</c> the package takes this file's place and no caller changes.
/// </summary>
internal static unsafe class LibC
{
    private const string libc = "libc.so.6";

    public static int errno => Marshal.GetLastPInvokeError();

    public static int EINTR => 4;

    public static short POLLIN => 0x001;

    public static int EPOLL_CTL_ADD => 1;

    public static int EPOLL_CTL_DEL => 2;

    public static int EPOLLIN => 1;

    public static uint EPOLLET => 1u << 31;

    [DllImport(libc, SetLastError = true)]
    public static extern ssize_t read(int fd, void* buf, size_t count);

    [DllImport(libc, SetLastError = true)]
    public static extern ssize_t write(int fd, void* buf, size_t count);

    [DllImport(libc, SetLastError = true)]
    public static extern int close(int fd);

    public static int PROT_READ => 0x1;

    public static int PROT_WRITE => 0x2;

    public static int MAP_SHARED => 0x01;

    public static void* MAP_FAILED => (void*)-1;

    [DllImport(libc, SetLastError = true)]
    public static extern void* mmap(void* addr, size_t length, int prot, int flags, int fd, off_t offset);

    [DllImport(libc, SetLastError = true)]
    public static extern int munmap(void* addr, size_t length);

    [DllImport(libc, SetLastError = true)]
    public static extern int pipe2(int* pipefd, int flags);

    [DllImport(libc, SetLastError = true)]
    public static extern int ioctl(int fd, int request, void* arg);

    [DllImport(libc, SetLastError = true)]
    public static extern int ioctl(int fd, int request, int arg);

    [DllImport(libc, SetLastError = true)]
    public static extern int fcntl(int fd, int cmd);

    [DllImport(libc)]
    public static extern int poll(pollfd* fds, ulong_t nfds, int timeout);

    [DllImport(libc, SetLastError = true)]
    public static extern int epoll_create1(int flags);

    [DllImport(libc, SetLastError = true)]
    public static extern int eventfd(uint initval, int flags);

    [DllImport(libc, SetLastError = true)]
    public static extern syscall_arg syscall(syscall_arg number, syscall_arg arg1, syscall_arg arg2, syscall_arg arg3);

    [DllImport(libc, SetLastError = true)]
    public static extern syscall_arg syscall(syscall_arg number, syscall_arg arg1, syscall_arg arg2, syscall_arg arg3, syscall_arg arg4);

    [DllImport(libc, SetLastError = true)]
    public static extern syscall_arg syscall(
        syscall_arg number, syscall_arg arg1, syscall_arg arg2, syscall_arg arg3, syscall_arg arg4, syscall_arg arg5);
}
