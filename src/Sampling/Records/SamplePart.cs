namespace Perfmon.Sampling.Records;

/// <summary>The parts of a sample behind its fixed words, in the order in which the kernel writes them (<c>perf_output_sample</c>).</summary>
internal enum SamplePart
{
    Read,
    Callchain,
    Raw,
    Branches,
    UserRegisters,
    UserStack,
    Weight,
    DataSource,
    Transaction,
    InterruptRegisters,
    PhysicalAddress,
    Cgroup,
    DataPageSize,
    CodePageSize,
    Aux,
}

/// <summary>Which fields ask for a part.</summary>
internal static class SamplePartFields
{
    public static SampleFields Fields(this SamplePart part) => part switch
    {
        SamplePart.Read => SampleFields.Read,
        SamplePart.Callchain => SampleFields.Callchain,
        SamplePart.Raw => SampleFields.Raw,
        SamplePart.Branches => SampleFields.BranchStack,
        SamplePart.UserRegisters => SampleFields.UserRegisters,
        SamplePart.UserStack => SampleFields.UserStack,
        SamplePart.Weight => SampleFields.Weight | SampleFields.WeightParts,
        SamplePart.DataSource => SampleFields.DataSource,
        SamplePart.Transaction => SampleFields.Transaction,
        SamplePart.InterruptRegisters => SampleFields.InterruptRegisters,
        SamplePart.PhysicalAddress => SampleFields.PhysicalAddress,
        SamplePart.Cgroup => SampleFields.Cgroup,
        SamplePart.DataPageSize => SampleFields.DataPageSize,
        SamplePart.CodePageSize => SampleFields.CodePageSize,
        _ => SampleFields.Aux,
    };
}
