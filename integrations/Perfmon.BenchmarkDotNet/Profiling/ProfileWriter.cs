using Perfmon.Profiles;

namespace Perfmon.BenchmarkDotNet.Profiling;

/// <summary>Writes a recording in the formats that were asked for, in one pass.</summary>
internal static class ProfileWriter
{
    private const string RecordingExtension = ".data";

    /// <param name="recording">The perf.data file.</param>
    /// <param name="options">What is to be written.</param>
    /// <param name="notes">What is known already of what is missing.</param>
    public static ProfileFiles Write(string recording, PerfmonProfilerOptions options, IReadOnlyList<string> notes)
    {
        var stem = recording[..^RecordingExtension.Length];
        var paths = new List<string>();
        var open = new List<(FileStream File, IProfileExporter Exporter)>();
        try
        {
            using var samples = RecordedSamples.Open(recording);
            var description = samples.Description with { Title = Path.GetFileName(stem) };

            // The last event only carries what is told of processes.
            description = description with { Events = [.. description.Events.Where((_, i) => !RecordedSamples.IsDummy(samples.Events[i]))] };
            foreach (var format in options.Formats.Distinct().Select(ProfileFormat.Named))
            {
                paths.Add(stem + format.Extension);
                var file = File.Create(paths[^1]);
                open.Add((file, format.CreateExporter(file, description)));
            }

            samples.ReadTo([.. open.Select(one => (SampleConsumer)one.Exporter.Add)]);
            open.ForEach(one => one.Exporter.Complete(samples.Losses));
            return new ProfileFiles($"{samples.SampleCount:N0} samples of {description.Events[0].Name}", Kept(), [.. notes, .. samples.Notes]);
        }
        finally
        {
            open.ForEach(one =>
            {
                one.Exporter.Dispose();
                one.File.Dispose();
            });
        }

        List<string> Kept()
        {
            if (options.KeepsRecording)
            {
                return [.. paths, recording];
            }

            File.Delete(recording);
            return paths;
        }
    }
}
