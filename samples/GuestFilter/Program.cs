using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;

// Guests may count instructions and branches, but no branches that are not taken; and of the fixed counters the first, which counts instructions.
var filter = PmuEventFilter.Create(
    FilterAction.Allow,
    [
        new MaskedEvent(Select: 0xc0, Match: 0x00, Mask: 0xff),
        new MaskedEvent(Select: 0xc4, Match: 0x00, Mask: 0x00),
        new MaskedEvent(Select: 0xc4, Match: 0x10, Mask: 0xff, Exclude: true),
    ],
    fixedCounters: 0b001);

foreach (var text in new[] { "0xc0/0x00", "0xc4/0x20", "0xc4/0x10", "0x3c/0x00", "fixed:0", "fixed:1" })
{
    var decision = filter.Decide(GuestEvent.Parse(text), CpuVendor.Intel);
    Console.WriteLine($"{text,-9} {(decision.Allowed ? "allowed" : "denied "),-7} {decision.Because}");
}

Console.WriteLine($"\nQEMU:\n{FilterForm.Named("qemu-2025-04").Write(filter)}\n");

try
{
    using var kvm = KvmHost.Open();
    using var machine = kvm.CreateMachine();
    machine.SetEventFilter(filter);
    Console.WriteLine($"A machine takes it:   {filter}");

    // KVM takes no filter away, but another in its place: such as one that denies nothing.
    machine.ClearEventFilter();
    Console.WriteLine($"and in its place:     {PmuEventFilter.AllowingEverything}");
}
catch (PerfmonException failure)
{
    Console.WriteLine(failure.Message);
}
