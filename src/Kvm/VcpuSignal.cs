using System.Runtime.InteropServices;

namespace Perfmon.Kvm;

/// <summary>
/// The signal that takes a thread out of a guest. A signal that nobody handles would end the process or, where it is ignored, interrupt nothing; so it is
/// one whose usual meaning (urgent data on a socket) no .NET program uses, with a handler that does nothing.
/// </summary>
internal static class VcpuSignal
{
    /// <summary><c>SIGURG</c>.</summary>
    public const int Number = 23;

    private static readonly PosixSignalRegistration s_registration = PosixSignalRegistration.Create((PosixSignal)Number, static context => context.Cancel = true);

    /// <summary>Has the handler in place.</summary>
    public static void Prepare() => _ = s_registration;
}
