using Perfmon.Profiles;
using Perfmon.Symbols;

namespace Perfmon.Tests.Profiles;

/// <summary>A sample that can be kept.</summary>
internal sealed record TestSample(int Event, int ProcessId, int ThreadId, string Comm, long Time, long Weight, params ProfileFrame[] Frames)
{
    public ProfileSample Sample => new()
    {
        Event = Event, ProcessId = ProcessId, ThreadId = ThreadId, Comm = Comm, Time = Time, Cpu = 1, Weight = Weight, Frames = Frames,
    };

    public static ProfileFrame User(string name, ulong address = 0) => new(name, "/bin/app", FrameKind.User, address);

    public static ProfileFrame Kernel(string name) => new(name, "[kernel.kallsyms]", FrameKind.Kernel);
}

internal static class Samples
{
    public static ProfileDescription OneEvent { get; } = new() { Events = [new ProfileEvent("cycles")], Title = "app" };

    public static ProfileDescription TwoEvents { get; } = new()
    {
        Events = [new ProfileEvent("task-clock", ProfileUnit.Nanoseconds, 1_000_000), new ProfileEvent("page-faults:u")],
        Title = "app --fast",
        Started = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000),
    };

    public static Profile Profile(ProfileDescription description, params IEnumerable<TestSample> samples)
    {
        var profile = new Profile(description);
        foreach (var sample in samples)
        {
            profile.Add(sample.Sample);
        }

        return profile;
    }

    /// <summary>What an exporter writes of <paramref name="samples"/>.</summary>
    public static byte[] Export(Func<Stream, IProfileExporter> open, IEnumerable<TestSample> samples, ProfileLosses? losses = null)
    {
        using var output = new MemoryStream();
        using (var exporter = open(output))
        {
            foreach (var sample in samples)
            {
                exporter.Add(sample.Sample);
            }

            exporter.Complete(losses);
        }

        return output.ToArray();
    }

    /// <summary>What a frame is expected to be called.</summary>
    public static string Label(ProfileFrame frame) => frame.Function != "" ? frame.Function
        : frame.Module == "" ? "[unknown]"
        : frame.Module.StartsWith('[') ? frame.Module
        : "[" + frame.Module[(frame.Module.LastIndexOf('/') + 1)..] + "]";
}
