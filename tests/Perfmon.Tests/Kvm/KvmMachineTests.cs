using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Filters;
using Perfmon.Native;
using Perfmon.Native.Kvm;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm;

/// <summary>Machines and vCPUs on the real KVM: x86 guests in real mode.</summary>
public sealed class KvmMachineTests
{
    [SkippableFact]
    public void A_guest_writes_a_port_and_reads_what_it_is_given()
    {
        using var guest = new RealModeGuest(
            0xB0, 0x2A,         // mov al, 42
            0xE6, 0x10,         // out 0x10, al
            0xE4, 0x11,         // in al, 0x11
            0xA2, 0x00, 0x20,   // mov [0x2000], al
            0xF4);              // hlt

        Assert.Equal(VcpuExitReason.Port, guest.Vcpu.Run());
        Assert.Equal(new PortAccess(0x10, IsWrite: true, 1, 1), guest.Vcpu.Port);
        Assert.Equal([42], guest.Vcpu.PortData.ToArray());

        Assert.Equal(VcpuExitReason.Port, guest.Vcpu.Run());
        Assert.Equal(new PortAccess(0x11, IsWrite: false, 1, 1), guest.Vcpu.Port);
        guest.Vcpu.PortData[0] = 99;

        Assert.Equal(VcpuExitReason.Halt, guest.Vcpu.Run());
        Assert.Equal(99, guest.Memory.Bytes(0x2000, 1)[0]);
        Assert.Equal(99UL, guest.Vcpu.ReadRegisters().Rax & 0xFF);
        Assert.Throws<InvalidOperationException>(() => guest.Vcpu.Port);
    }

    [SkippableFact]
    public void Deflected_registers_are_answered_or_fault()
    {
        using var guest = new RealModeGuest(
            0x66, 0xB9, 0x00, 0x4E, 0x56, 0x4B,    // mov ecx, 0x4b564e00
            0x66, 0xB8, 0x78, 0x56, 0x34, 0x12,    // mov eax, 0x12345678
            0x66, 0x31, 0xD2,                      // xor edx, edx
            0x0F, 0x30,                            // wrmsr
            0x41,                                  // inc cx
            0x0F, 0x32,                            // rdmsr
            0xF4);                                 // hlt
        guest.Machine.DeflectMsrs(new MsrRange(0x4b564e00, 256));

        Assert.Equal(VcpuExitReason.WriteMsr, guest.Vcpu.Run());
        Assert.Equal(new MsrAccess(0x4b564e00, IsWrite: true, 0x12345678), guest.Vcpu.Msr);
        guest.Vcpu.AnswerMsr();

        Assert.Equal(VcpuExitReason.ReadMsr, guest.Vcpu.Run());
        Assert.Equal(new MsrAccess(0x4b564e01, IsWrite: false, 0), guest.Vcpu.Msr);
        guest.Vcpu.AnswerMsr(0x1122334455667788);

        Assert.Equal(VcpuExitReason.Halt, guest.Vcpu.Run());
        var registers = guest.Vcpu.ReadRegisters();
        Assert.Equal((0x55667788UL, 0x11223344UL), (registers.Rax & 0xFFFF_FFFF, registers.Rdx & 0xFFFF_FFFF));

        // Interrupt vector 13 leads to a handler that halts.
        guest.Memory.Bytes(4 * 13, 4).Clear();
        guest.Memory.Bytes(4 * 13, 2)[1] = 0x30;
        guest.Memory.Bytes(0x3000, 1)[0] = 0xF4;
        guest.Vcpu.StartInRealMode(RealModeGuest.Start, 0x8000);
        Assert.Equal(VcpuExitReason.WriteMsr, guest.Vcpu.Run());
        guest.Vcpu.RefuseMsr();
        Assert.Equal(VcpuExitReason.Halt, guest.Vcpu.Run());
        Assert.Equal(0x3001UL, guest.Vcpu.ReadRegisters().Rip);
    }

    [SkippableFact]
    public async Task A_guest_that_loops_is_interrupted_and_goes_on()
    {
        using var guest = new RealModeGuest(0xEB, 0xFE);   // jmp self
        for (var turn = 0; turn < 20; turn++)
        {
            var run = Task.Run(guest.Vcpu.Run);
            guest.Vcpu.Interrupt();
            Assert.Equal(VcpuExitReason.Interrupted, await run);
        }

        Assert.Equal((ulong)RealModeGuest.Start, guest.Vcpu.ReadRegisters().Rip);
    }

    [SkippableFact]
    public async Task A_filter_replaces_the_former_one_while_the_guest_runs()
    {
        using var guest = new RealModeGuest(0xEB, 0xFE);   // jmp self
        var run = Task.Run(guest.Vcpu.Run);
        guest.Machine.SetEventFilter(PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0xc4, 0x20, 0xff)]));
        guest.Machine.SetEventFilter(PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0xc0, 0)], fixedCounters: 1));
        guest.Machine.ClearEventFilter();
        Assert.False(run.IsCompleted);
        guest.Vcpu.Interrupt();
        Assert.Equal(VcpuExitReason.Interrupted, await run);
    }

    [SkippableFact]
    public void A_filter_that_the_kernel_refuses_is_explained_by_its_entry()
    {
        using var guest = new RealModeGuest(0xF4);
        Skip.If(FilterVendor.Of(HostDescription.Current) != CpuVendor.Intel, "KVM here takes selects of 12 bits: none is too wide.");
        var filter = PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0xc4, 0x20, 0xff), new MaskedEvent(0x1c4, 0x20, 0xff)]);
        var e = Assert.Throws<PerfmonException>(() => guest.Machine.SetEventFilter(filter));
        Assert.Equal((PerfmonReason.InvalidRequest, (int)Errno.EINVAL), (e.Reason, e.Errno));
        Assert.Contains("Entry 1 is 0x", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Another_process_is_refused_and_told_why()
    {
        using var guest = new RealModeGuest(0xF4);
        using var other = RunningProgram.Start("foreign_machine");
        var machine = int.Parse(other.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
        using var foreign = KvmMachine.OfProcess(other.Pid);
        Assert.Equal(Errno.EIO, foreign.RequestEventFilter(new byte[32]).Error);
        Assert.True(machine > 0);

        var e = Assert.Throws<PerfmonException>(() => foreign.CreateVcpu(0));
        Assert.Equal(PerfmonReason.NotPermitted, e.Reason);
        Assert.Contains("only from the process that made it", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Reason, Assert.Throws<PerfmonException>(() => foreign.SetEventFilter(PmuEventFilter.AllowingEverything)).Reason);
        Assert.Equal(0, guest.Machine.RequestEventFilter(DenyNothing()).Value);
    }

    [Fact]
    public void A_device_that_is_not_there_is_explained()
    {
        var e = Assert.Throws<PerfmonException>(() => KvmHost.Open(LinuxKvm.Instance, "/dev/no-such-device"));
        Assert.Equal(PerfmonReason.NotSupported, e.Reason);
        Assert.StartsWith("Cannot use KVM.\nopen /dev/no-such-device: ENOENT.", e.Message, StringComparison.Ordinal);

        Assert.Contains("is not the kernel's KVM device", Assert.Throws<PerfmonException>(() => KvmHost.Open(LinuxKvm.Instance, "/dev/null")).Message, StringComparison.Ordinal);
    }

    private static byte[] DenyNothing()
    {
        var filter = new byte[32];
        filter[0] = 1;
        return filter;
    }
}
