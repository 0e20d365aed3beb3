using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>An event of a perf.data file: its name, its <c>perf_event_attr</c>, and the ids that its records have.</summary>
public sealed class PerfDataEvent
{
    private readonly PerfEventAttr _attr;
    private readonly List<ulong> _ids;

    internal PerfDataEvent(string name, in PerfEventAttr attr, IEnumerable<ulong> ids)
    {
        Name = name;
        _attr = attr;
        _ids = [.. ids];
        Format = RecordFormat.Of(attr);
    }

    /// <summary>As perf or its user spelled it; where the file does not tell, made up of type and config.</summary>
    public string Name { get; internal set; }

    /// <summary>The PMU's number: <c>attr.type</c>.</summary>
    public uint Type => _attr.Type;

    /// <summary>What the PMU counts: <c>attr.config</c>.</summary>
    public ulong Config => _attr.Config;

    /// <summary>Events from one sample to the next; 0 where <see cref="Frequency"/> is asked for.</summary>
    public ulong Period => IsFrequency ? 0 : _attr.SamplePeriod;

    /// <summary>Samples a second; 0 where <see cref="Period"/> is fixed.</summary>
    public ulong Frequency => IsFrequency ? _attr.SamplePeriod : 0;

    /// <summary>How its records are laid out.</summary>
    public RecordFormat Format { get; }

    /// <summary>The ids: one for each thread and CPU that the event was opened for.</summary>
    public IReadOnlyList<ulong> Ids => _ids;

    /// <summary>The attr itself.</summary>
    internal ref readonly PerfEventAttr Attr => ref _attr;

    private bool IsFrequency => (_attr.Flags & PerfEventAttrFlags.Freq) != 0;

    /// <summary>Adds ids that were not known at first.</summary>
    internal void AddIds(ReadOnlySpan<ulong> ids) => _ids.AddRange(ids);

    /// <summary>What an event is called whose name the file does not tell.</summary>
    internal static string NameOf(in PerfEventAttr attr) => ((PerfTypeId)attr.Type, attr.Config) switch
    {
        (PerfTypeId.Software, 0) => "cpu-clock",
        (PerfTypeId.Software, 1) => "task-clock",
        (PerfTypeId.Software, 2) => "page-faults",
        (PerfTypeId.Software, 3) => "context-switches",
        (PerfTypeId.Software, 4) => "cpu-migrations",
        (PerfTypeId.Software, 9) => "dummy",
        (PerfTypeId.Hardware, 0) => "cycles",
        (PerfTypeId.Hardware, 1) => "instructions",
        (PerfTypeId.Breakpoint, _) => $"mem:0x{attr.Config1:x}",
        (PerfTypeId.Tracepoint, var config) => $"tracepoint {config}",
        (var type, var config) => $"type {(uint)type} config 0x{config:x}",
    };
}
