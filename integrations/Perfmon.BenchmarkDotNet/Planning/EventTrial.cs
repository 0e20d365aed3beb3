using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Planning;

/// <summary>Asks the kernel what it counts, by opening events on the calling thread and closing them again.</summary>
internal static class EventTrial
{
    private static readonly SessionOptions s_options = new() { KernelMode = KernelMode.WhenPermitted };

    /// <summary>What becomes of a request.</summary>
    public static PlannedEvent Of(EventRequest request)
    {
        try
        {
            using var session = MonitoringSession.Create([request], s_options);
            var counted = session.Events[0];
            if (counted.Futility is { } futility)
            {
                return new(request.Name, counted, new PerfmonException(PerfmonReason.NotSupported, $"{counted.Name} is never counted.\n{futility}"));
            }

            session.Attach(Target.CallingThread);
            return new(request.Name, counted, null);
        }
        catch (PerfmonException refusal)
        {
            return new(request.Name, request, refusal);
        }
    }

    /// <summary>Whether these count at the same time. What else may be wrong with them was told of each.</summary>
    public static bool Fits(IReadOnlyList<EventRequest> events)
    {
        try
        {
            using var session = MonitoringSession.Create(events, s_options with { Scheduling = Scheduling.Together });
            session.Attach(Target.CallingThread);
            return true;
        }
        catch (PerfmonException full) when (full.Reason is PerfmonReason.Busy or PerfmonReason.InvalidRequest)
        {
            return false;
        }
    }
}
