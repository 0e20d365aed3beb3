using System.Globalization;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>The same events of the same command by <c>perf stat</c> and by a session, in turn; medians where a run varies.</summary>
[Collection(OneAtATime.Name)]
public sealed class PerfAgreementTests
{
    [SkippableFact]
    public async Task System_calls_are_the_same_number()
    {
        Counting.Needs();
        await Agree(Counting.Getppid, 0, 1, CProgram.Named("getppid_calls"), "100000", "3");
    }

    [SkippableFact]
    public Task Page_faults_are_but_for_where_the_loader_put_things()
    {
        Requires.CCompiler();
        return Agree("page-faults", 0.01, 5, CProgram.Named("page_touch"), "20000");
    }

    [SkippableFact]
    public Task Task_clock_is_the_same_time()
    {
        Requires.CCompiler();
        return Agree("task-clock", 0.05, 5, CProgram.Named("spin"), "100");
    }

    [SkippableFact]
    public Task Context_switches_are_about_as_many() => Agree("context-switches", 0.25, 5, "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 0.001; done");

    [SkippableFact]
    public Task The_time_stamp_counter_is_the_same_time()
    {
        Skip.If(HostDescription.Current.Pmus.Find("msr") is null, "This machine has no PMU 'msr'.");
        Requires.CCompiler();
        return Agree("msr/tsc/", 0.1, 5, CProgram.Named("spin"), "100");
    }

    private static async Task Agree(string events, double tolerance, int runs, string program, params string[] arguments)
    {
        Requires.Command("perf");
        var perf = new List<double>();
        var ours = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            perf.Add(AskPerf(events, program, arguments));
            ours.Add((await Counting.Command(events, SessionOptions.Default, program, arguments)).Reading[0].Count.Value);
        }

        var (theirs, own) = (Median(perf), Median(ours));
        Assert.True(
            Math.Abs(own - theirs) <= tolerance * theirs,
            $"{events}: perf {theirs:N0} of {string.Join(' ', perf)}, session {own:N0} of {string.Join(' ', ours)}");
    }

    // perf prints clocks in milliseconds, its unit beside them.
    private static double AskPerf(string events, string program, string[] arguments)
    {
        var result = RunResult.Run("perf", ["stat", "-x,", "-e", events, program, .. arguments]).Succeeded();
        var fields = result.Error.Split('\n').Select(line => line.Split(',')).First(fields => fields.Length > 2 && fields[2].StartsWith(events, StringComparison.Ordinal));
        return double.Parse(fields[0], CultureInfo.InvariantCulture) * (fields[1] == "msec" ? 1e6 : 1);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
