using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>A format that profiles can be written in.</summary>
public sealed record ProfileFormat
{
    private ProfileFormat(string name, string extension, bool hasOneEvent, Func<Stream, ProfileDescription, int, IProfileExporter> open)
    {
        Name = name;
        Extension = extension;
        HasOneEvent = hasOneEvent;
        Open = open;
    }

    /// <summary>All formats.</summary>
    public static IReadOnlyList<ProfileFormat> All { get; } =
    [
        new("folded", ".folded", true, (output, description, profileEvent) => new FoldedExporter(output, description, profileEvent)),
        new("flamegraph", ".html", true, (output, description, profileEvent) => new FlameGraphExporter(output, description, profileEvent)),
        new("speedscope", ".speedscope.json", false, (output, description, _) => new SpeedscopeExporter(output, description)),
        new("pprof", ".pb.gz", false, (output, description, _) => new PprofExporter(output, description)),
        new("firefox", ".profile.json", false, (output, description, _) => new FirefoxExporter(output, description)),
    ];

    /// <summary>What it is called: <c>speedscope</c>.</summary>
    public string Name { get; }

    /// <summary>How its files' names end, for those that read it: <c>.speedscope.json</c>.</summary>
    public string Extension { get; }

    /// <summary>Whether a file has one event, which is chosen when it is opened; otherwise it has all.</summary>
    public bool HasOneEvent { get; }

    private Func<Stream, ProfileDescription, int, IProfileExporter> Open { get; }

    /// <summary>The format called <paramref name="name"/>.</summary>
    /// <exception cref="PerfmonException">There is none; the message names those there are.</exception>
    public static ProfileFormat Named(string name) => All.FirstOrDefault(format => format.Name == name) ?? throw new PerfmonException(
        PerfmonReason.InvalidRequest,
        $"Unknown profile format: {name}. There are {string.Join(", ", All.Select(format => format.Name))}.");

    /// <summary>The format of a file by how its name ends: <c>out.html</c> is a flame graph.</summary>
    /// <exception cref="PerfmonException">No format's files end so; the message says how they do.</exception>
    public static ProfileFormat OfFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return All.FirstOrDefault(format => path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase)) ?? throw new PerfmonException(
            PerfmonReason.InvalidRequest,
            $"{path}: no profile format's files end so. They end with {string.Join(", ", All.Select(format => $"{format.Extension} ({format.Name})"))}.");
    }

    /// <summary>An exporter that writes to <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="description">The profile.</param>
    /// <param name="profileEvent">The event, by its index, where the format <see cref="HasOneEvent"/>.</param>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    public IProfileExporter CreateExporter(Stream output, ProfileDescription description, int profileEvent = 0) => Open(output, description, profileEvent);
}
