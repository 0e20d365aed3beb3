using Perfmon.Diagnostics;
using Perfmon.Profiles;
using Perfmon.Sampling.PerfData;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Recordings;

/// <summary>Opens perf.data files, and reads them with a line that shows how far it is.</summary>
internal static class Recording
{
    public const string DefaultFile = "perf.data";

    /// <summary>The name of standard input.</summary>
    public const string Standard = "-";

    // Often enough to see, seldom enough to cost nothing.
    private const int SamplesBetweenLooks = 4096;

    /// <summary>The samples of a recording.</summary>
    /// <exception cref="ToolException">The file is not there, or may not be read.</exception>
    public static RecordedSamples Open(string path, RecordedSamplesOptions options) => Explained(
        path, () => path == Standard ? RecordedSamples.Open(Console.OpenStandardInput(), options) : RecordedSamples.Open(path, options));

    /// <summary>The records of a recording, in the order of time.</summary>
    /// <exception cref="ToolException">The file is not there, or may not be read.</exception>
    public static PerfDataReader Open(string path)
    {
        var options = new PerfDataOptions { InTimeOrder = true };
        return Explained(path, () => path == Standard ? PerfDataReader.Open(Console.OpenStandardInput(), options) : PerfDataReader.Open(path, options));
    }

    /// <summary>Gives all samples to <paramref name="consumers"/>.</summary>
    public static void Read(RecordedSamples samples, IReadOnlyList<SampleConsumer> consumers)
    {
        using var progress = new ReadingProgress(samples.Length);
        while (samples.TryRead(out var sample))
        {
            foreach (var consumer in consumers)
            {
                consumer(in sample);
            }

            if (samples.SampleCount % SamplesBetweenLooks == 0)
            {
                progress.Show(samples.Position);
            }
        }
    }

    private static T Explained<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"There is no file {path}.\nMake one:  pfmon record COMMAND", ExitCode.Failure);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ToolException($"{path} may not be read by this user.\nSee whose it is:  ls -l {path}", ExitCode.Failure);
        }
        catch (PerfmonException unreadable) when (unreadable.Reason == PerfmonReason.InvalidRequest)
        {
            // It is the file that is wrong, not the command line.
            throw new ToolException(unreadable.Message, ExitCode.Failure);
        }
    }
}
