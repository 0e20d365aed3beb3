namespace Perfmon.Tests.Emulation;

/// <summary>An emulated Arm machine that hardware tests ask for. All count instructions exactly: one takes 2 cycles and 2 ns.</summary>
internal enum Machine
{
    /// <summary>QEMU's <c>max</c>: PMUv3 with 6 event counters of 64 bits and the cycle counter.</summary>
    Max,

    /// <summary>A Neoverse N1: the same with event counters of 32 bits.</summary>
    NeoverseN1,

    /// <summary><c>max</c> with its PMU switched off.</summary>
    WithoutPmu,

    /// <summary><see cref="Max"/> with KVM, whose guests have a PMU.</summary>
    WithKvm,
}

/// <summary>How machines are told to a launcher, and to the tests that run in them.</summary>
internal static class Machines
{
    /// <summary>Set in an emulated machine: which one it is.</summary>
    private const string Variable = "PERFMON_EMULATED_MACHINE";

    /// <summary>The machine this process runs in; null outside of them.</summary>
    public static Machine? Current { get; } =
        Enum.TryParse<Machine>(Environment.GetEnvironmentVariable(Variable), out var machine) ? machine : null;

    /// <summary>The launcher's variables: tests/Emulated/README.md explains them.</summary>
    public static Dictionary<string, string?> Variables(Machine machine, string results) => new()
    {
        ["CPU"] = machine switch
        {
            Machine.Max or Machine.WithKvm => "max",
            Machine.NeoverseN1 => "neoverse-n1",
            Machine.WithoutPmu => "max,pmu=off",
            _ => throw new ArgumentOutOfRangeException(nameof(machine)),
        },
        ["ICOUNT"] = "shift=1,sleep=off",
        ["MACH"] = machine == Machine.WithKvm ? "virtualization=on" : null,
        ["SMP"] = "1",

        // Code is compiled once, so that its instructions are the same each time.
        ["GENV"] = $"{Variable}={machine} DOTNET_TieredCompilation=0",
        ["OUT"] = results,
        ["T"] = $"{EmulatedRun.Timeout.TotalSeconds}",
    };
}
