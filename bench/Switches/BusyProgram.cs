using System.Diagnostics;
using System.Globalization;
using Perfmon.Native;

namespace Perfmon.Bench.Switches;

/// <summary>busy.c, running: threads that work without a pause.</summary>
internal sealed class BusyProgram : IDisposable
{
    // signal(7), of x86 and Arm.
    private const int Continue = 18;
    private const int Halt = 19;

    private readonly Process _process;
    private readonly SafeKernelHandle _pidfd;

    public BusyProgram(int threads)
    {
        // One thread stays on one CPU, the last, which has the fewest interrupts: it would be moved about, and a ratio of two rounds with it.
        string[] arguments = threads == 1 ? ["1", $"{Environment.ProcessorCount - 1}"] : [$"{threads}"];
        var program = CCompiler.Compile("busy.c", "busy", "-pthread");
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _pidfd = new SafeKernelHandle(LinuxKernel.Instance, (int)LinuxKernel.Instance.PidfdOpen(_process.Id, thread: false).Value);
        Threads = [.. Line().Select(number => (int)number)];
    }

    /// <summary>Its threads that work.</summary>
    public IReadOnlyList<int> Threads { get; }

    /// <summary>What they have done so far, and the CPU time they took, in nanoseconds.</summary>
    public (long Work, long CpuTime) Read()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        return Line() is [var work, var time] ? (work, time) : throw new InvalidOperationException("busy.c has ended.");
    }

    /// <summary>Does something while the program stands still, which else would take the CPUs from it.</summary>
    public void WhilePaused(Action action)
    {
        Signal(Halt);
        action();
        Signal(Continue);
    }

    public void Dispose()
    {
        _pidfd.Dispose();
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Signal(int signal) => _ = LinuxKernel.Instance.PidfdSendSignal(_pidfd.Descriptor, signal);

    private long[] Line() =>
        [.. _process.StandardOutput.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
}
