using System.Reflection;
using Perfmon.Kvm;
using Perfmon.Native.Abi;
using Perfmon.Tests.Support;
using Xunit.Abstractions;

namespace Perfmon.Tests.Abi;

/// <summary>What native/Abi declares is what the kernel's headers declare, and the proof can fail.</summary>
public sealed class HeaderProofTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Declarations_agree_with_the_installed_headers()
    {
        Requires.CCompiler();
        var types = typeof(CStructAttribute).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(CStructAttribute).Namespace && !typeof(Attribute).IsAssignableFrom(type))
            .Concat([typeof(KvmCapability), typeof(VcpuExitReason)])
            .ToList();
        Assert.Contains(types, type => type.IsDefined(typeof(CStructAttribute)));

        foreach (var line in HeaderProof.Run(types))
            output.WriteLine($"not proven, the header is too old: {line}");
        foreach (var name in HeaderProof.Uncompared(types))
            output.WriteLine($"not compared, no C name: {name}");
    }

    [SkippableFact]
    public void Right_declarations_are_proven_and_what_the_header_lacks_is_told()
    {
        Requires.CCompiler();
        var unproven = HeaderProof.Run([typeof(SampleAttr), typeof(SampleFlags), typeof(SamplePrefix), typeof(SampleConstants)]);

        // Headers before PERF_ATTR_SIZE_VER8 cannot prove config3 either.
        Assert.Equal(
            [
                "struct perf_event_attr.of_the_future: needs LINUX_VERSION_CODE >= KERNEL_VERSION(99, 0, 0)",
                "perf_event_attr.of_the_future: needs defined(PERF_ATTR_SIZE_VER99)",
                "PERF_OF_THE_FUTURE: needs defined(PERF_OF_THE_FUTURE)",
            ],
            unproven.Where(line => !line.Contains("config3", StringComparison.Ordinal)));
        Assert.Equal(["SampleFlags.None", "SampleConstants.OnlyHere"], HeaderProof.Uncompared([typeof(SampleFlags), typeof(SampleConstants)]));
    }

    [SkippableTheory]
    [InlineData(typeof(WrongSize), "size of perf_event_header, here 12")]
    [InlineData(typeof(WrongOffset), "offset of perf_event_header.misc, here 6")]
    [InlineData(typeof(WrongFieldSize), "size of perf_event_header.type, here 2")]
    [InlineData(typeof(WrongName), "kind")]
    [InlineData(typeof(WrongConstant), "PERF_TYPE_SOFTWARE, here 0x2ULL")]
    public void A_wrong_declaration_does_not_compile(Type type, string expected)
    {
        Requires.CCompiler();
        var e = Assert.Throws<InvalidOperationException>(() => HeaderProof.Run([type]));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_wrong_bit_is_found_when_the_program_runs()
    {
        Requires.CCompiler();
        var e = Assert.ThrowsAny<Exception>(() => HeaderProof.Run([typeof(WrongBits), typeof(WrongFlags)]));
        Assert.Contains("wrong: inherit is 0x2 in the header, 0x4 here", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bit_fields_that_no_struct_places_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => HeaderProof.Write([typeof(WrongFlags)]));
}
