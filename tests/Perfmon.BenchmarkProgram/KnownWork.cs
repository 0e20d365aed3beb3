using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Perfmon.BenchmarkProgram;

/// <summary>Benchmarks whose events are known: an operation makes so many system calls, touches so many fresh pages, and nothing else.</summary>
public class KnownWork
{
    /// <summary>Calls of getppid in an operation.</summary>
    public const int Calls = 25;

    /// <summary>Fresh pages that an operation touches.</summary>
    public const int Pages = 64;

    private const int PageSize = 4096;
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS

    [Benchmark]
    public int GetParent()
    {
        var parent = 0;
        for (var i = 0; i < Calls; i++)
        {
            parent = getppid();
        }

        return parent;
    }

    [Benchmark]
    public void TouchFreshPages()
    {
        var memory = mmap(0, Pages * PageSize, ReadWrite, PrivateAnonymous, -1, 0);
        for (var page = 0; page < Pages; page++)
        {
            Marshal.WriteByte(memory, page * PageSize, 1);
        }

        _ = munmap(memory, Pages * PageSize);
    }

    [DllImport("libc")]
    private static extern int getppid();

    [DllImport("libc")]
    private static extern nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    private static extern int munmap(nint address, nint length);
}
