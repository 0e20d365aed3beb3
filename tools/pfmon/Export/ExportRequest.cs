using Perfmon.Profiles;
using Perfmon.Tool.Recordings;

namespace Perfmon.Tool.Export;

/// <summary>What <c>pfmon export</c> is asked for.</summary>
/// <param name="File">The recording.</param>
/// <param name="Format">The format's name.</param>
/// <param name="Output">Where to; null for a file beside the recording.</param>
/// <param name="Event">The event; null for all.</param>
/// <param name="Symbols">Where names are looked up.</param>
internal sealed record ExportRequest(string File, string Format, string? Output, string? Event, RecordedSamplesOptions Symbols)
{
    public const string PerfData = "perf";

    private const string PerfDataExtension = ".data";

    /// <summary>Where to: <c>perf.data</c> becomes <c>perf.speedscope.json</c> beside it.</summary>
    public string OutputPath => Output ?? (File == Recording.Standard ? Recording.Standard : DefaultPath);

    private string DefaultPath
    {
        get
        {
            // A copy is not to replace what it is of.
            var extension = Format == PerfData ? $".plain{PerfDataExtension}" : ProfileFormat.Named(Format).Extension;
            return (File.EndsWith(PerfDataExtension, StringComparison.Ordinal) ? File[..^PerfDataExtension.Length] : File) + extension;
        }
    }
}
