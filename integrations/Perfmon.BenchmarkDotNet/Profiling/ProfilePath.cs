using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Helpers;

namespace Perfmon.BenchmarkDotNet.Profiling;

/// <summary>Where a benchmark's files are: in the artifacts folder, by its name, its job and the time, as BenchmarkDotNet names traces.</summary>
internal static class ProfilePath
{
    // A file system takes 255 bytes; endings come behind.
    private const int Longest = 200;
    private const int HashBytes = 4;

    /// <summary>The recording's path; other files have its name with another ending.</summary>
    public static string Of(DiagnoserActionParameters parameters, DateTime created)
    {
        var benchmark = parameters.BenchmarkCase;
        var job = parameters.Config.GetJobs().Skip(1).Any() ? $"-{benchmark.Job.ResolvedId}" : "";
        var time = created.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var name = FolderNameHelper.ToFolderName($"{FullNameProvider.GetBenchmarkName(benchmark)}{job}").Replace(' ', '_');
        Directory.CreateDirectory(parameters.Config.ArtifactsPath);
        return Path.GetFullPath(Path.Join(parameters.Config.ArtifactsPath, $"{Shortened(name)}-{time}.data"));
    }

    // Arguments may be texts of any length; their hash keeps them apart.
    private static string Shortened(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length <= Longest)
        {
            return name;
        }

        var length = Math.Min(name.Length, Longest / 4);
        return $"{name[..length]}-{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, HashBytes))}";
    }
}
