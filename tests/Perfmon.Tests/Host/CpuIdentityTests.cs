using System.Runtime.InteropServices;
using System.Text;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

public sealed class CpuIdentityTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Reads_an_intel_machine()
    {
        var cpu = Read(X86("GenuineIntel", 6, 106, 6, "Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", "fpu arch_perfmon"));
        Assert.Equal(CpuVendor.Intel, cpu.Vendor);
        Assert.Equal((6, 106, 6), (cpu.Family, cpu.Model, cpu.Stepping));
        Assert.Equal("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", cpu.ModelName);
        Assert.False(cpu.IsVirtualMachine);
        Assert.Null(cpu.AmdCoreCounters);
        Assert.Empty(cpu.ArmCores);
    }

    [Theory]
    [InlineData("AuthenticAMD", "fpu perfctr_core hypervisor", CpuVendor.Amd, 6, true)]
    [InlineData("AuthenticAMD", "fpu perfctr_core_not hypervisor_not", CpuVendor.Amd, 4, false)]
    [InlineData("HygonGenuine", "perfctr_core", CpuVendor.Hygon, 6, false)]
    [InlineData("CentaurHauls", "perfctr_core", CpuVendor.Other, null, false)]
    public void Knows_the_counters_of_amd_and_virtual_machines(string name, string flags, CpuVendor vendor, int? counters, bool isVirtual)
    {
        var cpu = Read(X86(name, 25, 1, 1, "AMD EPYC: 7763", flags));
        Assert.Equal((vendor, counters, isVirtual), (cpu.Vendor, cpu.AmdCoreCounters, cpu.IsVirtualMachine));
        Assert.Equal("AMD EPYC: 7763", cpu.ModelName);
    }

    [Fact]
    public void Reads_each_kind_of_arm_core()
    {
        var cpu = Read(Arm(0, 0xd03, 0, 4) + Arm(1, 0xd03, 0, 4) + Arm(4, 0xd08, 1, 2) + Arm(5, 0xd08, 1, 2) + Arm(2, 0xd03, 0, 4));
        Assert.Equal(CpuVendor.Arm, cpu.Vendor);
        Assert.Equal([new ArmCore(0x41, 0xd03, 0, 4, CpuList.Of(0, 1, 2)), new ArmCore(0x41, 0xd08, 1, 2, CpuList.Of(4, 5))], cpu.ArmCores);
        Assert.Null(cpu.IsVirtualMachine);
        Assert.Null(cpu.Family);
    }

    [Theory]
    [InlineData(0x41, 0xd0c, 3, 1, "Arm Neoverse-N1 r3p1")]
    [InlineData(0x41, 0xdff, 0, 1, "Arm part 0xdff r0p1")]
    [InlineData(0x4e, 0x004, 0, 0, "NVIDIA Carmel r0p0")]
    [InlineData(0x48, 0xd01, 1, 0, "HiSilicon Kunpeng-920 r1p0")]
    [InlineData(0, 0x51, 0, 0, "software-defined QEMU max r0p0")]
    [InlineData(0x7f, 0x1, 0, 15, "implementer 0x7f part 0x001 r0p15")]
    public void An_arm_core_is_named_for_people(int implementer, int part, int variant, int revision, string name) =>
        Assert.Equal(name, new ArmCore(implementer, part, variant, revision, CpuList.Of(0)).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("no colon at all")]
    [InlineData("hart : 0\nisa : rv64imafdc\n")]
    public void What_it_does_not_know_is_another_cpu(string text)
    {
        var cpu = Read(text);
        Assert.Equal(CpuVendor.Other, cpu.Vendor);
        Assert.Null(cpu.IsVirtualMachine);
    }

    [Fact]
    public void Names_the_field_that_makes_no_sense()
    {
        var text = X86("GenuineIntel", 6, 106, 6, "x", "").Replace("106", "many", StringComparison.Ordinal);
        var host = _host.File("proc/cpuinfo", text).Read();
        Assert.Null(host.Cpu.Model);
        Assert.Equal(6, host.Cpu.Family);
        Assert.Equal($"{_host.PathOf("proc/cpuinfo")}: 'model' is 'many', which is not a number", Assert.Single(host.Problems));
    }

    [Fact]
    public void An_unknown_stepping_is_no_problem()
    {
        var host = _host.File("proc/cpuinfo", "vendor_id\t: GenuineIntel\nstepping\t: unknown\n").Read();
        Assert.Null(host.Cpu.Stepping);
        Assert.Empty(host.Problems);
    }

    [Theory]
    [InlineData("CPU part", "CPU port")]
    [InlineData("processor\t: 1", "processor\t: 65536")]
    public void An_arm_cpu_without_its_part_or_a_sane_number_is_left_out_and_named(string line, string damaged)
    {
        var text = Arm(0, 0xd03, 0, 4) + Arm(1, 0xd08, 0, 4).Replace(line, damaged, StringComparison.Ordinal);
        var host = _host.File("proc/cpuinfo", text).Read();
        Assert.Equal(CpuList.Of(0), Assert.Single(host.Cpu.ArmCores).Cpus);
        Assert.Single(host.Problems);
    }

    [Fact]
    public void Reads_a_file_of_many_cpus()
    {
        var cpu = Read(string.Concat(Enumerable.Range(0, 512).Select(number => Arm(number, 0xd0c, 3, 1))));
        Assert.Equal("0-511", Assert.Single(cpu.ArmCores).Cpus.ToString());
    }

    [Fact]
    public void A_file_without_end_is_cut_and_named()
    {
        using (var file = File.Create(_host.File("proc/cpuinfo", "").PathOf("proc/cpuinfo")))
        {
            file.SetLength(1L << 33);
        }

        var host = _host.Read();
        Assert.Equal(CpuVendor.Other, host.Cpu.Vendor);
        Assert.Contains("is longer than", Assert.Single(host.Problems), StringComparison.Ordinal);
    }

    // EAX and EDX of leaf 0xA as of version 5 (eight generic, four fixed counters), 3 and 1; version 1 has no fixed ones to tell.
    [Theory]
    [InlineData(0x08300805, 0x00008604, 5, 8, 48, 4, 48)]
    [InlineData(0x07300403, 0x00000603, 3, 4, 48, 3, 48)]
    [InlineData(0x07280201, 0x00000603, 1, 2, 40, 0, 0)]
    public void Decodes_intels_leaf(int eax, int edx, int version, int generic, int genericWidth, int fixedCounters, int fixedWidth) =>
        Assert.Equal(
            new ArchitecturalPerfmon(version, generic, genericWidth, fixedCounters, fixedWidth), Leaf("GenuineIntel", 0xA, eax, edx));

    [Theory]
    [InlineData("GenuineIntel", 0xA, 0x07300400)]
    [InlineData("GenuineIntel", 0x9, 0x07300403)]
    [InlineData("AuthenticAMD", 0x10, 0x07300403)]
    [InlineData("GenuntelineI", 0x10, 0x07300403)]
    public void Other_cpus_have_no_such_leaf(string vendor, int highest, int eax) => Assert.Null(Leaf(vendor, highest, eax, 0x603));

    // The vendor's twelve letters are in EBX, EDX, ECX.
    private static ArchitecturalPerfmon? Leaf(string vendor, int highest, int eax, int edx)
    {
        var letters = MemoryMarshal.Cast<byte, int>(Encoding.ASCII.GetBytes(vendor)).ToArray();
        return ArchitecturalPerfmon.Read(leaf => leaf switch
        {
            0 => (highest, letters[0], letters[2], letters[1]),
            0xA => (eax, -1, -1, edx),
            _ => throw new ArgumentOutOfRangeException(nameof(leaf)),
        });
    }

    private CpuIdentity Read(string text) => _host.File("proc/cpuinfo", text).Read().Cpu;

    private static string X86(string vendor, int family, int model, int stepping, string name, string flags) =>
        string.Concat(Enumerable.Range(0, 2).Select(cpu =>
            $"processor\t: {cpu}\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: {name}\n" +
            $"stepping\t: {stepping}\nflags\t\t: {flags}\npower management:\n\n"));

    private static string Arm(int cpu, int part, int variant, int revision) =>
        $"processor\t: {cpu}\nBogoMIPS\t: 48.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU architecture: 8\n" +
        $"CPU variant\t: 0x{variant:x}\nCPU part\t: 0x{part:x}\nCPU revision\t: {revision}\n\n";
}
