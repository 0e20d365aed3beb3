using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

/// <summary>
/// How the records of one event are laid out, worked out once from its <c>perf_event_attr</c>: which word of a sample is which field, and
/// which word from the end of any other record. Immutable; formats of the same layout are equal.
/// </summary>
/// <remarks>
/// What a sample begins with takes a word (8 bytes) a field, in this order: IDENTIFIER, IP, TID, TIME, ADDR, ID, STREAM_ID, CPU, PERIOD. What
/// follows varies in length (<see cref="SamplePart"/>).
/// </remarks>
public sealed class RecordFormat : IEquatable<RecordFormat>
{
    /// <summary>A word that no record has, so that the check for the record's length says that the field is not there.</summary>
    internal const int Absent = int.MaxValue;

    // A bit for each SamplePart.
    private readonly uint _parts;

    private RecordFormat(in PerfEventAttr attr)
    {
        Fields = (SampleFields)attr.SampleType;
        ReadFormat = attr.ReadFormat;
        BranchFields = (PerfBranchSampleType)attr.BranchSampleType & (PerfBranchSampleType.HwIndex | PerfBranchSampleType.Counters);
        UserRegisters = attr.SampleRegsUser;
        InterruptRegisters = attr.SampleRegsIntr;
        HasTrailer = (attr.Flags & PerfEventAttrFlags.SampleIdAll) != 0;

        var word = 1;
        var identifier = Next(SampleFields.Identifier, ref word);
        IpWord = Next(SampleFields.Ip, ref word);
        TidWord = Next(SampleFields.Tid, ref word);
        TimeWord = Next(SampleFields.Time, ref word);
        AddressWord = Next(SampleFields.Address, ref word);
        var id = Next(SampleFields.Id, ref word);
        IdWord = identifier != Absent ? identifier : id;
        StreamIdWord = Next(SampleFields.StreamId, ref word);
        CpuWord = Next(SampleFields.Cpu, ref word);
        PeriodWord = Next(SampleFields.Period, ref word);
        FixedWords = word;
        Parts = [.. Enum.GetValues<SamplePart>().Where(part => (Fields & part.Fields()) != 0)];
        foreach (var part in Parts)
        {
            _parts |= 1U << (int)part;
        }

        word = 1;
        var last = NextFromEnd(SampleFields.Identifier, ref word);
        TrailerCpuWord = NextFromEnd(SampleFields.Cpu, ref word);
        TrailerStreamIdWord = NextFromEnd(SampleFields.StreamId, ref word);
        var trailerId = NextFromEnd(SampleFields.Id, ref word);
        TrailerIdWord = last != Absent ? last : trailerId;
        TrailerTimeWord = NextFromEnd(SampleFields.Time, ref word);
        TrailerTidWord = NextFromEnd(SampleFields.Tid, ref word);
        TrailerSize = (word - 1) * sizeof(ulong);
    }

    /// <summary>What samples carry.</summary>
    public SampleFields Fields { get; }

    /// <summary>
    /// Whether records other than samples end with a <c>sample_id</c>: those of thread, time, ids and CPU that samples carry
    /// (<c>perf_event_attr.sample_id_all</c>).
    /// </summary>
    public bool HasTrailer { get; }

    /// <summary>Bytes of that <c>sample_id</c>; 0 where there is none.</summary>
    public int TrailerSize { get; }

    internal PerfReadFormat ReadFormat { get; }

    internal PerfBranchSampleType BranchFields { get; }

    /// <summary>The registers of a program that samples carry, one bit each: <c>sample_regs_user</c>.</summary>
    internal ulong UserRegisters { get; }

    /// <summary>The registers of the place of the overflow that samples carry, one bit each: <c>sample_regs_intr</c>.</summary>
    internal ulong InterruptRegisters { get; }

    // Words of a sample, counted from its header, which is word 0.
    internal int IpWord { get; }

    internal int TidWord { get; }

    internal int TimeWord { get; }

    internal int AddressWord { get; }

    internal int IdWord { get; }

    internal int StreamIdWord { get; }

    internal int CpuWord { get; }

    internal int PeriodWord { get; }

    /// <summary>Where the parts of varying length begin.</summary>
    internal int FixedWords { get; }

    /// <summary>Those of varying length that samples have, in the kernel's order.</summary>
    internal SamplePart[] Parts { get; }

    internal bool Has(SamplePart part) => (_parts & (1U << (int)part)) != 0;

    // Words of other records, counted back from their end: the last is 1.
    internal int TrailerTidWord { get; }

    internal int TrailerTimeWord { get; }

    internal int TrailerIdWord { get; }

    internal int TrailerStreamIdWord { get; }

    internal int TrailerCpuWord { get; }

    /// <summary>The format of the records of an event that is opened with <paramref name="attr"/>.</summary>
    internal static RecordFormat Of(in PerfEventAttr attr) => new(attr);

    /// <summary>Whether both lay their records out the same way.</summary>
    public bool Equals(RecordFormat? other) =>
        other is not null && Fields == other.Fields && ReadFormat == other.ReadFormat && BranchFields == other.BranchFields
        && UserRegisters == other.UserRegisters && InterruptRegisters == other.InterruptRegisters && HasTrailer == other.HasTrailer;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordFormat);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Fields, ReadFormat, BranchFields, UserRegisters, InterruptRegisters, HasTrailer);

    private int Next(SampleFields field, ref int word) => (Fields & field) != 0 ? word++ : Absent;

    private int NextFromEnd(SampleFields field, ref int word) => HasTrailer ? Next(field, ref word) : Absent;
}
