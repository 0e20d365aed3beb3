namespace Perfmon.Session;

/// <summary>A budget in one line.</summary>
internal static class CounterBudgetText
{
    public static string Of(CounterBudget budget) => string.Join("; ", Parts(budget));

    private static IEnumerable<string> Parts(CounterBudget budget)
    {
        yield return $"{budget.Pmu.Name}: {Counters(budget)}";
        if (budget.Problem is { } problem)
        {
            yield return problem;
        }

        if (budget.Holders.Count > 0)
        {
            yield return $"{(budget.IsAllFree == true ? "may be shared with" : "may be held by")}: {string.Join(", ", budget.Holders)}";
        }

        if (budget.IsAllFree != true && budget.ProcessesNotReadable > 0)
        {
            yield return $"{budget.ProcessesNotReadable} {(budget.ProcessesNotReadable == 1 ? "process" : "processes")} could not be looked at";
        }

        if (budget.IsAllFree != true && budget.AreProcessesHidden)
        {
            yield return "other users' processes are hidden";
        }
    }

    private static string Counters(CounterBudget budget) => budget switch
    {
        { IsAllFree: true, Problem: null } => $"{budget.Total} counters, all free",
        { Free: not null } => Free(budget.FreeByCpu, budget.Total),
        { Total: { } total } => $"{total} counters, how many are free is not known",
        _ => "how many counters are free is not known",
    };

    private static string Free(IReadOnlyList<FreeCounters> places, int? total) =>
        $"{places[0].Free}{(total is null ? "" : $" of {total}")} counters free on {FreeCounters.Name(places[0].Cpus)}" +
        string.Concat(places.Skip(1).Select(place => $", {place}"));
}
