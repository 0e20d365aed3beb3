using Perfmon.Events;

namespace Perfmon.Tests.Events;

/// <summary>Events that an Arm CPU lacks: the kernel opens them, and they would count 0.</summary>
public sealed class ArmEventTests(ArmMachine machine) : IClassFixture<ArmMachine>
{
    [Theory]
    [InlineData("r8")]
    [InlineData("r11:u")]
    [InlineData("cycles")]
    [InlineData("branch-misses")]
    [InlineData("armv8_pmuv3_0/inst_retired/")]
    [InlineData("armv8_pmuv3_0/event=0x8,long/")]
    public void What_it_shows_counts(string name) => Assert.Null(Read(name).Futility);

    // The kernel has names for the common events up to 0x3f and from 0x4000 on; of others nothing is known. 0x1e joins two counters.
    [Theory]
    [InlineData("r1e")]
    [InlineData("r40")]
    [InlineData("rc3")]
    [InlineData("r4005")]
    [InlineData("armv8_pmuv3_0/event=0xc3/")]
    public void Of_what_the_kernel_does_not_name_nothing_is_said(string name) => Assert.Null(Read(name).Futility);

    [Theory]
    [InlineData("r0", "0x00")]
    [InlineData("r1b", "0x1b")]
    [InlineData("r3f:u", "0x3f")]
    [InlineData("armv8_pmuv3_0/event=0x10/", "0x10")]
    [InlineData("armv8_pmuv3_0/r2d/", "0x2d")]
    public void What_it_does_not_show_is_not_implemented(string name, string number) =>
        Assert.Equal($"this CPU does not implement it (event {number} is not among those that armv8_pmuv3_0 shows)", Read(name).Futility);

    private EventRequest Read(string name) => Assert.Single(EventParser.ParseOrThrow(name, machine.Description));
}
