using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Recordings;

/// <summary>The events of a recording that are asked for, numbered anew: what has no samples by its nature is not among them.</summary>
internal sealed class EventChoice
{
    private const int NotChosen = -1;

    private readonly int[] _numbers;

    private EventChoice(RecordedSamples samples, List<int> chosen)
    {
        _numbers = [.. Enumerable.Range(0, samples.Events.Count).Select(number => chosen.IndexOf(number))];
        Description = samples.Description with { Events = [.. chosen.Select(number => samples.Description.Events[number])] };
    }

    /// <summary>The recording with these events alone.</summary>
    public ProfileDescription Description { get; }

    /// <summary>The events called <paramref name="name"/>, or all that can have samples.</summary>
    /// <exception cref="ToolException">There is no such event; the message names those there are.</exception>
    public static EventChoice Of(RecordedSamples samples, string? name)
    {
        var all = Enumerable.Range(0, samples.Events.Count).ToList();
        if (name is null)
        {
            return new EventChoice(samples, all.FindAll(number => !RecordedSamples.IsDummy(samples.Events[number])));
        }

        // perf adds modifiers that were not asked for.
        var found = all.FindAll(number => samples.Events[number].Name == name);
        found = found is [] ? all.FindAll(number => samples.Events[number].Name.StartsWith($"{name}:", StringComparison.Ordinal)) : found;
        return found is not [] ? new EventChoice(samples, found) : throw ToolException.WrongUsage($"The recording has no event {name}.\n{Names(samples)}");
    }

    /// <summary>The one event of that name, or the only one.</summary>
    /// <exception cref="ToolException">There are several, or none.</exception>
    public static EventChoice Single(RecordedSamples samples, string? name, string what)
    {
        var choice = Of(samples, name);
        return choice.Description.Events.Count switch
        {
            1 => choice,
            0 => throw new ToolException($"{what} shows an event, and the recording describes none.", ExitCode.Failure),
            _ => throw ToolException.WrongUsage($"{what} shows one event, and the recording has several: choose one with -e.\n{Names(samples)}"),
        };
    }

    /// <summary><paramref name="consumer"/>, which gets the samples of these events only.</summary>
    public SampleConsumer For(SampleConsumer consumer) => (in ProfileSample sample) =>
    {
        if (_numbers[sample.Event] is not NotChosen and var number)
        {
            consumer(sample with { Event = number });
        }
    };

    private static string Names(RecordedSamples samples) => $"It has:  {string.Join("  ", samples.Events.Select(one => one.Name).Distinct())}";
}
