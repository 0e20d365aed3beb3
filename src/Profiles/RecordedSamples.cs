using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>
/// The samples of a perf.data file, symbolised, in the order of time, in memory that does not grow with the file: for a <see cref="Profile"/>, exporters, or
/// whatever else takes them. Of a file that is cut or damaged it gives what is whole, and <see cref="Notes"/> say what is missing.
/// </summary>
/// <remarks>What is missing is known when all is read. One thread at a time.</remarks>
public sealed class RecordedSamples : IDisposable
{
    // PERF_TYPE_SOFTWARE with PERF_COUNT_SW_CPU_CLOCK, _TASK_CLOCK, _DUMMY.
    private const uint Software = 1;
    private const ulong CpuClock = 0;
    private const ulong TaskClock = 1;
    private const ulong Dummy = 9;

    private const int KernelItself = -1;
    private const RecordType FirstOfFiles = (RecordType)64;

    // Where .NET puts the code that it compiles.
    private const string DotNetCode = "/memfd:doublemapper";

    private readonly PerfDataReader _reader;
    private readonly RecordedSamplesOptions _options;
    private readonly DateTimeOffset? _written;
    private readonly Dictionary<PerfDataEvent, int> _events = [];
    private readonly long[] _weights;
    private ulong? _kernelText;
    private RecordingPlace? _place;
    private Symbolizer? _symbolizer;
    private SampleSymbolizer? _samples;
    private long _undecoded;
    private bool _hasNamelessKernel;
    private bool _hasNamelessDotNet;

    private RecordedSamples(PerfDataReader reader, RecordedSamplesOptions options, DateTimeOffset? written)
    {
        _reader = reader;
        _options = options;
        _written = written;
        Events = [.. reader.Events];
        for (var i = 0; i < Events.Count; i++)
        {
            _events[Events[i]] = i;
        }

        _weights = new long[Events.Count];
        Description = new ProfileDescription
        {
            Events = [.. Events.Select(one => new ProfileEvent(one.Name, UnitOf(one), (long)Math.Min(one.Period, long.MaxValue)))],
            Title = CommandOf(reader.Features.CommandLine),
        };
    }

    /// <summary>What is known before the first sample: the events in the order of <see cref="Events"/>, with their units and fixed periods.</summary>
    public ProfileDescription Description { get; }

    /// <summary>The file's events.</summary>
    public IReadOnlyList<PerfDataEvent> Events { get; }

    /// <summary>What the file says of the machine and the recording.</summary>
    public PerfDataFeatures Features => _reader.Features;

    /// <summary>When the file was last written: after the last sample. Null where unknown.</summary>
    public DateTimeOffset? Written => _written;

    /// <summary>Where the recording was made. As long as nothing is read, as far as the file's header tells.</summary>
    public RecordingOrigin Origin => Place.Origin;

    /// <summary>How many samples were given.</summary>
    public long SampleCount { get; private set; }

    /// <summary>What is missing, as far as the file was read.</summary>
    public ProfileLosses Losses => (_samples?.Losses ?? ProfileLosses.None) with { Dropped = _undecoded };

    /// <summary>Whether something is missing that the file should have had, as far as it was read.</summary>
    public bool IsDamaged => _reader.IsDamaged || _undecoded > 0;

    /// <summary>How far the file was read, in bytes.</summary>
    public long Position => _reader.Position;

    /// <summary>The file's bytes; null where they are not known.</summary>
    public long? Length => _reader.Length;

    /// <summary>What is to be said with a result, each once: what is missing of the file, and what keeps names from being found.</summary>
    public IReadOnlyList<string> Notes => [.. NotesOfFile(), .. NotesOfPlace(), .. _symbolizer?.Notes ?? []];

    /// <summary>Opens a file.</summary>
    /// <inheritdoc cref="PerfDataReader.Open(string, PerfDataOptions)" path="/exception"/>
    public static RecordedSamples Open(string path, RecordedSamplesOptions? options = null)
    {
        var reader = PerfDataReader.Open(path, new PerfDataOptions { InTimeOrder = true });
        return new RecordedSamples(reader, options ?? new(), reader.Length is null ? null : File.GetLastWriteTimeUtc(path));
    }

    /// <summary>Reads from a stream, which stays open: one that cannot be sought has to have a pipe's header.</summary>
    /// <inheritdoc cref="PerfDataReader.Open(string, PerfDataOptions)" path="/exception"/>
    public static RecordedSamples Open(Stream stream, RecordedSamplesOptions? options = null) =>
        new(PerfDataReader.Open(stream, new PerfDataOptions { InTimeOrder = true }), options ?? new(), written: null);

    /// <summary>Whether an event only carries records about processes, and never has samples (<c>dummy</c>).</summary>
    public static bool IsDummy(PerfDataEvent one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one is { Type: Software, Config: Dummy };
    }

    /// <summary>The next sample. It lies there until the next call.</summary>
    /// <returns>False at the end of what can be read.</returns>
    public bool TryRead(out ProfileSample sample)
    {
        while (_reader.TryRead(out var record))
        {
            if (record.TryAsMmap(out var mmap) && mmap.Pid == KernelItself)
            {
                // Before all others: where the kernel lay decides how their addresses are looked up.
                _kernelText ??= IsKernelText(mmap) ? mmap.FileOffset : null;
            }
            else if (record.Type < FirstOfFiles && TryTake(record, out sample))
            {
                SampleCount++;
                return true;
            }
        }

        sample = default;
        return false;
    }

    /// <summary>Gives all samples that are left to each of <paramref name="consumers"/>.</summary>
    public void ReadTo(params IReadOnlyList<SampleConsumer> consumers)
    {
        ArgumentNullException.ThrowIfNull(consumers);
        while (TryRead(out var sample))
        {
            foreach (var consumer in consumers)
            {
                consumer(in sample);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _symbolizer?.Dispose();
        _reader.Dispose();
    }

    private RecordingPlace Place => _place ?? RecordingPlace.Of(Features, _kernelText, _written, _options.Roots);

    private bool TryTake(PerfRecord record, out ProfileSample sample)
    {
        var samples = _samples ??= Start();
        if (record.Type != RecordType.Sample)
        {
            return samples.TryTake(record, 0, 0, out sample);
        }

        sample = default;
        if (_reader.EventOf(record) is not { } one || !_events.TryGetValue(one, out var number) || !record.TryAsSample(out var raw) || !raw.IsComplete
            || !samples.TryTake(record, number, one.Period, out sample) || sample.Weight > long.MaxValue - _weights[number])
        {
            _undecoded++;
            return false;
        }

        _weights[number] += sample.Weight;
        LookForNameless(sample);
        return true;
    }

    private SampleSymbolizer Start()
    {
        _place = Place;
        var isThisBoot = _place.Origin == RecordingOrigin.ThisBoot;
        _symbolizer = new Symbolizer(new SymbolizerOptions
        {
            Roots = _options.Roots,
            FileRoot = _options.FileRoot ?? "/",
            ProcessesAreLive = false,
            PerfMapFolder = _options.PerfMapFolder ?? (_options.FileRoot is { } root ? Path.Join(root, "tmp") : isThisBoot ? "/tmp" : null),
            KernelIsLive = isThisBoot,
            RequiresBuildId = _place.Origin == RecordingOrigin.AnotherMachine && _options.FileRoot is null,
            Demangle = _options.Demangle,
        });
        var samples = new SampleSymbolizer(_symbolizer);
        foreach (var one in Features.BuildIds)
        {
            samples.FileBuilt(one.FileName, Convert.FromHexString(one.BuildId));
        }

        return samples;
    }

    private IEnumerable<string> NotesOfFile()
    {
        foreach (var notice in _reader.Notices)
        {
            yield return $"{(notice.IsDamage ? "Damaged: " : "")}{notice.Text}{(notice.Position > 0 ? $" (byte {notice.Position:N0})" : "")}";
        }

        if (_undecoded > 0)
        {
            yield return $"Damaged: {_undecoded:N0} samples cannot be decoded, or are of events that the file does not describe.";
        }
    }

    private IEnumerable<string> NotesOfPlace()
    {
        var place = Place;
        if (place.IsAssumed && SampleCount > 0)
        {
            yield return "The file does not tell on which machine it was made: names are looked up in this one's files.";
        }

        if (_hasNamelessKernel && place.Why is { } why)
        {
            yield return $"Kernel addresses have no names: {why}.";
        }

        if (_hasNamelessDotNet)
        {
            yield return "Code that .NET compiled has no names: there is no perf map of its process.\nRecord with one:  pfmon record COMMAND   or set DOTNET_PerfMapEnabled=1";
        }
    }

    private static bool IsKernelText(MmapRecord mmap) => mmap.FileName.SequenceEqual("[kernel.kallsyms]_text"u8) && mmap.FileOffset != 0;

    private void LookForNameless(in ProfileSample sample)
    {
        foreach (ref readonly var frame in sample.Frames)
        {
            if (!frame.IsResolved)
            {
                _hasNamelessKernel |= frame.Kind == FrameKind.Kernel;

                // What is nameless beside a map are the runtime's own stubs: to ask for a map would be no help.
                _hasNamelessDotNet |= frame.Module == DotNetCode && !_symbolizer!.HasPerfMap(sample.ProcessId);
            }
        }
    }

    private static ProfileUnit UnitOf(PerfDataEvent one) =>
        one is { Type: Software, Config: CpuClock or TaskClock } ? ProfileUnit.Nanoseconds : ProfileUnit.Count;

    private static string CommandOf(IReadOnlyList<string> commandLine) => commandLine is [] ? "profile" : string.Join(' ', commandLine);
}
