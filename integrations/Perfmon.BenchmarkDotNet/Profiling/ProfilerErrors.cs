using BenchmarkDotNet.Validators;
using Perfmon.Diagnostics;
using Perfmon.Profiles;
using Perfmon.Sampling;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Profiling;

/// <summary>What keeps a profile from being made, told before anything runs.</summary>
internal static class ProfilerErrors
{
    public static IEnumerable<ValidationError> Of(PerfmonProfilerOptions options)
    {
        foreach (var format in options.Formats.Where(name => ProfileFormat.All.All(known => known.Name != name)))
        {
            yield return new ValidationError(true, $"There is no profile format {format}.\nThere are {string.Join(", ", ProfileFormat.All.Select(known => known.Name))}.");
        }

        if (Trial(options) is { } refusal)
        {
            yield return new ValidationError(true, refusal.Message);
        }
    }

    private static PerfmonException? Trial(PerfmonProfilerOptions options)
    {
        try
        {
            using var session = SamplingSession.Create(BenchmarkRecording.EventOf(options), BenchmarkRecording.SamplingOf(options));
            session.Attach(Target.CallingThread);
            return null;
        }
        catch (PerfmonException refusal)
        {
            return refusal;
        }
    }
}
