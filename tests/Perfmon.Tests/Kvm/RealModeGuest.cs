using Perfmon.Kvm;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm;

/// <summary>A machine with one vCPU and 64 KiB of memory that starts given instructions in real mode.</summary>
internal sealed class RealModeGuest : IDisposable
{
    public const ushort Start = 0x1000;

    private readonly KvmHost _host;

    public RealModeGuest(params byte[] code)
    {
        Requires.X86Kvm();
        _host = KvmHost.Open();
        Machine = _host.CreateMachine();
        Memory = Machine.AddMemory(0, 0x10000);
        code.CopyTo(Memory.Bytes(Start, code.Length));
        Vcpu = Machine.CreateVcpu(0);
        Vcpu.StartInRealMode(Start, 0x8000);
    }

    public KvmMachine Machine { get; }

    public GuestMemory Memory { get; }

    public KvmVcpu Vcpu { get; }

    public void Dispose()
    {
        Machine.Dispose();
        _host.Dispose();
    }
}
