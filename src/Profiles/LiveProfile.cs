using System.Diagnostics;
using Perfmon.Events;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>
/// The profile of a session while it runs: reads its records, names what they sample, and adds it up. <see cref="Profiles.Profile.Clear"/> begins the next interval of a
/// view that shows what is new. For one thread.
/// </summary>
public sealed class LiveProfile : IDisposable
{
    private readonly SamplingSession _session;
    private readonly Symbolizer _symbolizer;
    private readonly SampleSymbolizer _samples;
    private readonly Dictionary<EventRequest, int> _events = new(ReferenceEqualityComparer.Instance);

    /// <summary>The profile of <paramref name="session"/>, which nobody else may read.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">How addresses get names.</param>
    /// <param name="title">What is profiled, in a few words.</param>
    public LiveProfile(SamplingSession session, SymbolizerOptions? options = null, string title = "profile")
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _symbolizer = new Symbolizer(options);
        _samples = new SampleSymbolizer(_symbolizer);
        for (var i = 0; i < session.Events.Count; i++)
        {
            _events[session.Events[i]] = i;
        }

        Profile = new Profile(new ProfileDescription { Title = title, Events = [.. session.Events.Select(Describe)] });
    }

    /// <summary>What was sampled and read so far, or since it was cleared.</summary>
    public Profile Profile { get; }

    /// <summary>What keeps names from being found.</summary>
    public IReadOnlyList<string> Notes => _symbolizer.Notes;

    /// <summary>Reads and adds up what comes for a while.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="onRecord">Is shown each record before it is taken.</param>
    /// <param name="cancellationToken">Returns early.</param>
    /// <returns>False when the stream of the session is over.</returns>
    public bool ReadFor(TimeSpan duration, Action<PerfRecord>? onRecord = null, CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(duration);
        var began = Stopwatch.GetTimestamp();
        try
        {
            while (_session.WaitToRead(end.Token))
            {
                foreach (var record in _session.ReadBatch())
                {
                    onRecord?.Invoke(record);
                    Take(record);
                }

                if (Stopwatch.GetElapsedTime(began) >= duration)
                {
                    return true;
                }
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Ends the naming of addresses. The session stays as it is.</summary>
    public void Dispose() => _symbolizer.Dispose();

    private void Take(PerfRecord record)
    {
        var period = 0UL;
        var index = 0;
        if (record.TryAsSample(out var raw))
        {
            if (!_session.TryGetEvent(raw.Id, out var request))
            {
                return;
            }

            index = _events[request];
            period = _session.PeriodOf(raw);
        }

        if (_samples.TryTake(record, index, period, out var sample))
        {
            Profile.Add(in sample);
        }
    }

    private static ProfileEvent Describe(EventRequest request) =>
        new(request.Name, request is { Unit: "ns", Scale: 1 } ? ProfileUnit.Nanoseconds : ProfileUnit.Count, (long)(request.Period ?? 0));
}
