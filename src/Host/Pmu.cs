using System.Globalization;

namespace Perfmon.Host;

/// <summary>
/// A source of events: a folder of sysfs's <c>bus/event_source/devices</c>. Its name and type are read with the
/// <see cref="PmuDirectory"/>, everything else at first use and then never again; a file that makes no sense is left out and
/// reported in <see cref="PmuDirectory.Problems"/>. Safe for several threads.
/// </summary>
public sealed class Pmu
{
    private static readonly string[] s_attributesOfEvents = [".unit", ".scale", ".per-pkg", ".snapshot"];

    private readonly HostReader _reader;
    private readonly string _folder;
    private readonly Lazy<IReadOnlyDictionary<string, PmuFormat>> _formats;
    private readonly Lazy<IReadOnlyDictionary<string, PmuEvent>> _events;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _capabilities;
    private readonly Lazy<CpuList?> _cpus;
    private readonly Lazy<CpuList?> _cpuMask;

    internal Pmu(HostReader reader, string folder, uint type)
    {
        _reader = reader;
        _folder = folder;
        Name = Path.GetFileName(folder);
        Type = type;
        _formats = new(ReadFormats);
        _events = new(ReadEvents);
        _capabilities = new(ReadCapabilities);
        _cpus = new(() => reader.Cpus(Path.Combine(folder, "cpus")));
        _cpuMask = new(() => reader.Cpus(Path.Combine(folder, "cpumask")));
    }

    /// <summary>The folder's name, such as <c>cpu</c>.</summary>
    public string Name { get; }

    /// <summary><c>perf_event_attr.type</c> of this PMU's events.</summary>
    public uint Type { get; }

    /// <summary>The terms that an event of this PMU may set, by name (folder <c>format</c>).</summary>
    public IReadOnlyDictionary<string, PmuFormat> Formats => _formats.Value;

    /// <summary>The events that the kernel names, by name (folder <c>events</c>).</summary>
    public IReadOnlyDictionary<string, PmuEvent> Events => _events.Value;

    /// <summary>What the PMU says of itself, such as <c>max_precise</c> or <c>branches</c> (folder <c>caps</c>).</summary>
    public IReadOnlyDictionary<string, string> Capabilities => _capabilities.Value;

    /// <summary>
    /// The CPUs that this core PMU belongs to (file <c>cpus</c>): on Arm and on hybrid x86, where each kind of core has a PMU of its
    /// own. A thread's event counts only while the thread is on one of them. Null without such a file: every CPU.
    /// </summary>
    public CpuList? Cpus => _cpus.Value;

    /// <summary>
    /// The CPUs that stand for what this PMU counts (file <c>cpumask</c>), one a package or die: the only ones on which its events are
    /// to be opened. Null without such a file.
    /// </summary>
    public CpuList? CpuMask => _cpuMask.Value;

    /// <summary>Whether it counts what a core does, and so threads: the PMU or PMUs behind hardware events.</summary>
    public bool IsCore =>
        Name is "cpu" or "cpu_core" or "cpu_atom" || Name.StartsWith("armv8_", StringComparison.Ordinal) || Cpus is not null;

    /// <summary>Whether it is a core PMU of the kernel's arm_pmu drivers, which differ from others in what they check and when.</summary>
    public bool IsArm => IsCore && (Name.StartsWith("armv", StringComparison.Ordinal) || Name.StartsWith("apple_", StringComparison.Ordinal));

    /// <summary>Whether it counts for a whole package or device: opened on the CPUs of <see cref="CpuMask"/>, never on a thread.</summary>
    /// <remarks>Arm's statistical profiling unit follows threads; its <c>cpumask</c> says which CPUs have the unit.</remarks>
    public bool IsSystemWideOnly => CpuMask is not null && !IsCore && !Name.StartsWith("arm_spe_", StringComparison.Ordinal);

    /// <summary>The PMU's name.</summary>
    public override string ToString() => Name;

    private Dictionary<string, PmuFormat> ReadFormats()
    {
        var formats = new Dictionary<string, PmuFormat>(StringComparer.Ordinal);
        foreach (var (name, path, text) in ReadFolder("format"))
        {
            if (PmuFormat.TryParse(name, text, out var format, out var error))
            {
                formats.Add(name, format);
            }
            else
            {
                _reader.Report(path, error);
            }
        }

        return formats;
    }

    private Dictionary<string, PmuEvent> ReadEvents()
    {
        var files = ReadFolder("events").ToDictionary(file => file.Name, StringComparer.Ordinal);
        var events = new Dictionary<string, PmuEvent>(StringComparer.Ordinal);
        foreach (var (name, path, text) in files.Values)
        {
            if (Array.Exists(s_attributesOfEvents, suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            {
                continue;
            }

            var scale = 1.0;
            if (text.Length == 0)
            {
                _reader.Report(path, "has no terms; the event is left out");
            }
            else if (files.TryGetValue($"{name}.scale", out var file) && !TryParseScale(file.Text, out scale))
            {
                // Without its scale the event would count in a wrong unit, which nobody would notice.
                _reader.Report(file.Path, $"{HostReader.Quote(file.Text)} is not a number; the event {name} is left out");
            }
            else
            {
                events.Add(name, new PmuEvent(name, text, files.TryGetValue($"{name}.unit", out var unit) ? unit.Text : null, scale));
            }
        }

        return events;
    }

    private Dictionary<string, string> ReadCapabilities() =>
        ReadFolder("caps").ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal);

    private IEnumerable<(string Name, string Path, string Text)> ReadFolder(string folder)
    {
        foreach (var name in _reader.Files(Path.Combine(_folder, folder)))
        {
            var path = Path.Combine(_folder, folder, name);
            if (_reader.Text(path) is { } text)
            {
                yield return (name, path, text);
            }
        }
    }

    private static bool TryParseScale(string text, out double scale) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out scale) && double.IsFinite(scale);
}
