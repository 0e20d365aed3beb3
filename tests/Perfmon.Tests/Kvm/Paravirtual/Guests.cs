using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>What tests with guests share.</summary>
internal static class Guests
{
    private static readonly Lazy<bool> s_isInterpreted = new(IsInterpreted);

    /// <summary>Exits to the VMM, in the default table.</summary>
    public static int UserExits { get; } = Number("kvm:kvm_userspace_exit");

    /// <summary>Interpreted instructions, in the default table.</summary>
    public static int Instructions { get; } = Number("kvm:kvm_emulate_insn");

    public static int Number(string name) => ParavirtualEvents.DefaultHostEvents.IndexOf(name);

    public static void Need()
    {
        Requires.X86Kvm();
        Requires.Root();
        Requires.TraceFs();
    }

    /// <summary>Skips where the CPU executes real mode itself, so that no tracepoint counts instructions.</summary>
    public static void NeedInterpretation()
    {
        Need();
        Skip.IfNot(s_isInterpreted.Value, "this KVM does not interpret real-mode guests: their instructions are not traced. Run on one that does, such as a nested one");
    }

    private static int IndexOf(this IReadOnlyList<string> list, string name) => list.ToList().IndexOf(name);

    private static bool IsInterpreted()
    {
        using var guest = new MinimalGuest(SelfCountingProgram.OfInstructions(100, Instructions).Program);
        _ = guest.Run();
        return guest.Result(SelfCountingProgram.ValueResult) > 100;
    }
}
