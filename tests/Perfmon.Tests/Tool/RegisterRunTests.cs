using Perfmon.Registers;
using Perfmon.Tool.Info;

namespace Perfmon.Tests.Tool;

/// <summary>Registers of equal kind stand on one line.</summary>
public sealed class RegisterRunTests
{
    [Fact]
    public void Arms_registers_are_four_lines() => Assert.Equal(
        [
            "PMC0-5  PMEVTYPER0-5, 64 bits",
            "PMC31  PMCCFILTR, 64 bits",
            "PMD0-5  PMEVCNTR0-5, 32 bits",
            "PMD31  PMCCNTR, 64 bits",
        ],
        Lines(new Armv8PmuV3Model(6, eventType: 10, counterWidth: 32)));

    [Fact]
    public void Intels_addresses_are_joined_too() => Assert.Equal(
        [
            "PMC0-7  PERFEVTSEL0-7, 64 bits, MSR 0x186-0x18d",
            "PMC16  FIXED_CTRL, 64 bits, MSR 0x38d",
            "PMD0-7  PMC0-7, 48 bits, MSR 0xc1-0xc8",
            "PMD16-18  FIXED_CTR0-2, 48 bits, MSR 0x309-0x30b",
        ],
        Lines(new IntelArchitecturalModel(8, 48, 3, 48)));

    [Fact]
    public void Amds_addresses_have_others_between_them() => Assert.Equal(
        [
            "PMC0-5  PERF_CTL0-5, 64 bits, MSR 0xc0010200-0xc001020a in steps of 2",
            "PMD0-5  PERF_CTR0-5, 48 bits, MSR 0xc0010201-0xc001020b in steps of 2",
        ],
        Lines(new Amd64Model(6)));

    [Theory]
    [InlineData("PMC2", "A1", 64, 0x11u)]
    [InlineData("PMC1", "B1", 64, 0x11u)]
    [InlineData("PMC1", "A", 64, 0x11u)]
    [InlineData("PMC1", "A1", 32, 0x11u)]
    [InlineData("PMC1", "A1", 64, null)]
    [InlineData("PMD1", "A1", 64, 0x11u)]
    public void What_differs_is_a_line_of_its_own(string register, string name, int width, uint? address) =>
        Assert.Equal(2, RegisterRun.Join([new RegisterFact("PMC0", "A0", 64, 0x10), new RegisterFact(register, name, width, address)]).Count);

    [Fact]
    public void An_address_out_of_step_begins_a_line() => Assert.Equal(
        ["PMC0-1", "PMC2"],
        RegisterRun.Join([new("PMC0", "A0", 64, 1), new("PMC1", "A1", 64, 2), new("PMC2", "A2", 64, 9)]).Select(run => run.Registers));

    private static IEnumerable<string> Lines(PmuModel model) =>
        RegisterRun.Join(
        [
            .. model.Pmcs.Select(register => RegisterFact.Of("PMC", register)),
            .. model.Pmds.Select(register => RegisterFact.Of("PMD", register)),
        ]).Select(run => $"{run.Registers}  {run.Description}");
}
