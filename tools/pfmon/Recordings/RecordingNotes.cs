using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Recordings;

/// <summary>What has to be said of a recording that was read to its end.</summary>
internal static class RecordingNotes
{
    public const string Nothing = "nothing";

    // Some files that are gone are a cause to look at; a list of all is not read.
    private const int MostNotes = 12;

    /// <exception cref="ToolException">Nothing of a damaged file could be read.</exception>
    public static void RequireSamples(RecordedSamples samples, string file)
    {
        if (samples is { SampleCount: 0, IsDamaged: true })
        {
            throw new ToolException($"{file} has no samples that can be read.\n{string.Join('\n', samples.Notes)}", ExitCode.Failure);
        }
    }

    /// <summary>What was lost, in words; <c>nothing</c> where nothing was.</summary>
    public static string Lost(ProfileLosses losses)
    {
        // Names that are missing are no lost samples.
        var lost = losses with { UnresolvedFrames = 0 };
        return lost.AreNone ? Nothing : lost.ToString();
    }

    /// <summary>The notes, of many the first.</summary>
    public static IEnumerable<string> Shown(IReadOnlyList<string> notes) =>
        notes.Count <= MostNotes ? notes : [.. notes.Take(MostNotes), $"{notes.Count - MostNotes:N0} more notes; --json has all."];
}
