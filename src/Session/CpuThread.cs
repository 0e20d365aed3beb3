using System.Collections.Concurrent;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// The threads that act on the overflows of all sessions: one for each CPU, which runs on that CPU only and serves the sessions whose targets ran there last, and one that
/// runs anywhere. To stop a target's counters from another CPU interrupts the target's; from its own it costs a sixth of that.
/// </summary>
internal static class CpuThread
{
    /// <summary>The thread that runs on any CPU.</summary>
    public const int AnyCpu = -1;

    private static readonly ConcurrentDictionary<(int Cpu, bool BeforeOthers), Lazy<DescriptorLoop>> s_loops = new();

    /// <summary>The thread of a CPU, started when first asked for.</summary>
    /// <param name="cpu">The CPU, or <see cref="AnyCpu"/>. Where this process may not run on it, the thread runs where it may.</param>
    /// <param name="beforeOthers">
    /// Whether it goes before all ordinary threads, if it may: between an overflow and what is done about it the target would run on, on a busy
    /// machine for long.
    /// </param>
    public static DescriptorLoop Of(int cpu, bool beforeOthers) =>
        s_loops.GetOrAdd((cpu, beforeOthers), key => new Lazy<DescriptorLoop>(() => Start(key.Cpu, key.BeforeOthers))).Value;

    private static DescriptorLoop Start(int cpu, bool beforeOthers)
    {
        var kernel = LinuxKernel.Instance;
        void Prepare()
        {
            if (cpu != AnyCpu)
            {
                _ = kernel.RunOnlyOn(cpu);
            }

            if (beforeOthers)
            {
                _ = kernel.RunBeforeOthers();
            }
        }

        var started = DescriptorLoop.TryStart(kernel, cpu == AnyCpu ? "Perfmon sets" : $"Perfmon sets {cpu}", Prepare, out var loop);
        return started.Failed ? throw SessionErrors.NotWatched("epoll_create1", started.Error) : loop!;
    }
}
