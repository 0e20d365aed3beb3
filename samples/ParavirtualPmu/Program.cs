using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;

// The guest: choose event 6 of the VMM's table, start, loop 1,000 times, stop, read.
var guest = new RealModeProgram()
    .WriteMsr(ParavirtualRegisters.Control.Msr(0), CounterControl.Host(6).Bits)
    .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), GlobalControlBits.Enable)
    .Loop(1_000)
    .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), 0)
    .ReadMsr(ParavirtualRegisters.Value.Msr(0)).Store(0)
    .Halt();

// The VMM: a machine whose vCPU has a paravirtual PMU.
using var machine = new MinimalGuest(guest);
Console.WriteLine($"{machine.Run()}: the guest counted {machine.Result(0):N0} of its own instructions");
