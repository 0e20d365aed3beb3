namespace Perfmon.Host;

/// <summary>The PMUs of a machine: sysfs's <c>bus/event_source/devices</c>. A snapshot; safe for several threads.</summary>
public sealed class PmuDirectory
{
    private readonly HostReader _reader;
    private readonly Dictionary<string, Pmu> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, Pmu> _byType = [];
    private readonly Lazy<IReadOnlyList<Pmu>> _corePmus;

    private PmuDirectory(HostReader reader)
    {
        _reader = reader;
        var devices = reader.Sys("bus/event_source/devices");
        var all = new List<Pmu>();
        foreach (var name in reader.Folders(devices))
        {
            var folder = Path.Combine(devices, name);
            if (reader.Number<uint>(Path.Combine(folder, "type")) is not { } type)
            {
                continue;
            }

            var pmu = new Pmu(reader, folder, type);
            all.Add(pmu);
            _byName.Add(name, pmu);
            _byType.TryAdd(type, pmu);
        }

        All = all;
        _corePmus = new(() => [.. all.Where(pmu => pmu.IsCore)]);
    }

    /// <summary>Every PMU, sorted by name. One without a <c>type</c> that can be read is left out.</summary>
    public IReadOnlyList<Pmu> All { get; }

    /// <summary>The PMUs of the cores, sorted by name: one, or one a kind of core, or none on a virtual machine without a PMU.</summary>
    public IReadOnlyList<Pmu> CorePmus => _corePmus.Value;

    /// <summary>What could not be read so far, a line a file: its path and the wrong part. It grows as PMUs are looked at.</summary>
    public IReadOnlyList<string> Problems => _reader.Problems;

    /// <summary>Reads the names and types of the PMUs below <see cref="HostRoots.Sys"/>; none where there is no such folder.</summary>
    public static PmuDirectory Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return new PmuDirectory(new HostReader(roots));
    }

    /// <summary>The PMU called <paramref name="name"/>; null where there is none.</summary>
    public Pmu? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The PMU whose events have <c>perf_event_attr.type</c> <paramref name="type"/>; null where there is none.</summary>
    public Pmu? FindByType(uint type) => _byType.GetValueOrDefault(type);
}
