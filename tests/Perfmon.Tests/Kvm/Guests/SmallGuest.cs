using System.Globalization;
using Perfmon.Kvm.Guests;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>Programs/small_guest.c: a VMM that says exactly what its guest does.</summary>
internal sealed class SmallGuest : IDisposable
{
    /// <summary>The names that QEMU gives its threads.</summary>
    public const string QemuNames = "CPU %d/KVM";

    private readonly RunningProgram _program;

    private SmallGuest(RunningProgram program) => _program = program;

    public int Pid => _program.Pid;

    /// <summary>The thread of each vCPU.</summary>
    public IReadOnlyList<int> Threads => [.. Ask("threads").Split(' ').Skip(1).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    public static SmallGuest Start(int vcpus = 1, string? names = null)
    {
        Requires.X86Kvm();
        Requires.Root();
        string[] arguments = names is null ? [$"{vcpus}"] : [$"{vcpus}", names];
        return new SmallGuest(RunningProgram.Start("small_guest", arguments));
    }

    /// <summary>The guest of a vCPU writes a port so many times, and halts: one exit to the program more than that, and 3 N + 1 instructions.</summary>
    public void Out(int vcpu, int times) => Assert.Equal($"out {times}", Ask($"out {vcpu} {times}"));

    /// <summary>The guest of a vCPU writes to so many pages that nobody has touched: 4 N + 1 instructions.</summary>
    public void Touch(int vcpu, int pages) => Assert.Equal($"touch {pages}", Ask($"touch {vcpu} {pages}"));

    /// <summary>Adds a vCPU, and gives back its thread.</summary>
    public int Plug() => int.Parse(Ask("plug").Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Ends the thread of a vCPU.</summary>
    public void EndThread(int vcpu) => Assert.Equal($"end {vcpu}", Ask($"end {vcpu}"));

    /// <summary>Has the program open the statistics of a vCPU, or of the machine (-1), and keep them open.</summary>
    public int OpenStatistics(int vcpu) => int.Parse(Ask($"stats {vcpu}").Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The bytes of the statistics of a vCPU, or of the machine (-1), as the program reads them.</summary>
    public byte[] Statistics(int vcpu) => Convert.FromHexString(Ask($"dump {vcpu}").Split(' ')[1]);

    /// <summary>
    /// Whether this machine's KVM interprets guests, so that every instruction of theirs is an event: one without hardware to run real mode. Where the CPU runs the guest, only its exits are.
    /// </summary>
    public bool IsInterpreted()
    {
        var before = Emulated();
        Out(0, 100);
        return Emulated() - before == 301;

        ulong Emulated()
        {
            var file = Statistics(0);
            var layout = KvmStatisticsLayout.Parse(file);
            return new KvmStatistics(layout.ReadValues(file.AsSpan((int)layout.DataOffset)))["insn_emulation"].Value;
        }
    }

    public int End() => _program.End();

    public void Dispose() => _program.Dispose();

    private string Ask(string line)
    {
        _program.Go(line);
        return _program.ReadLine() ?? throw new InvalidOperationException($"small_guest ended at '{line}'.");
    }
}
