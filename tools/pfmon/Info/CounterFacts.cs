using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Session;

namespace Perfmon.Tool.Info;

/// <summary>The counters of a core PMU: <see cref="CounterBudget"/>.</summary>
/// <param name="Pmu">The PMU's name.</param>
/// <param name="Total">How many each CPU has; null where unknown.</param>
/// <param name="Free">How many are free on every CPU that was tried; null where unknown.</param>
/// <param name="FreeByCpu">The same for CPUs that are alike.</param>
/// <param name="Tried">What was tried, in words.</param>
/// <param name="Problem">What could not be tried, and why.</param>
/// <param name="Holders">Who may hold or share counters.</param>
/// <param name="ProcessesNotReadable">How many processes could not be looked at.</param>
/// <param name="ProcessesHidden">Whether other users' processes are not even listed.</param>
/// <param name="Text">All of it on a line.</param>
internal sealed record CounterFacts(
    string Pmu,
    int? Total,
    int? Free,
    IReadOnlyList<FreeFact> FreeByCpu,
    string? Tried,
    string? Problem,
    IReadOnlyList<HolderFact> Holders,
    int ProcessesNotReadable,
    bool ProcessesHidden,
    [property: JsonIgnore] string Text)
{
    public static CounterFacts Of(CounterBudget budget) => new(
        budget.Pmu.Name,
        budget.Total,
        budget.Free,
        [.. budget.FreeByCpu.Select(place => new FreeFact(place.Cpus.ToString(), place.Free))],
        budget.Tried,
        budget.Problem,
        [.. budget.Holders.Select(HolderFact.Of)],
        budget.ProcessesNotReadable,
        budget.AreProcessesHidden,
        budget.ToString());
}

/// <summary>The free counters of CPUs that are alike.</summary>
/// <param name="Cpus">The CPUs.</param>
/// <param name="Free">How many are free.</param>
internal sealed record FreeFact(string Cpus, int Free);

/// <summary>Somebody who may hold counters.</summary>
internal sealed record HolderFact(string Kind, int? Pid, string Name, int Events, string KnownBy)
{
    public static HolderFact Of(CounterHolder holder) =>
        new(JsonNamingPolicy.SnakeCaseLower.ConvertName($"{holder.Kind}"), holder.Pid, holder.Name, holder.Events, holder.KnownBy);
}
