using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Simulation;

namespace Perfmon.Tests.Sets;

/// <summary>
/// Estimators on simulated programs, whose truth is known, with fixed seeds; docs/estimators.md has the table of many more runs.
/// </summary>
public sealed class EstimationSimulationTests
{
    private const int Seed = 21;
    private const int Runs = 8;

    // Several tests look at the same runs.
    private static readonly Dictionary<string, Dictionary<EstimatorKind, List<Trial>>> s_trials = [];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Intervals_hold_the_truth(string name)
    {
        foreach (var (kind, trials) in Of(name))
        {
            Assert.True(trials.Average(trial => trial.Coverage) >= 0.9, $"{kind}: {trials.Average(trial => trial.Coverage):P1}");
        }
    }

    // A tenth of what is to be estimated says nothing; and one that is always right by being wide is no use.
    [Theory]
    [InlineData("steady", 0.005)]
    [InlineData("phased", 0.02)]
    [InlineData("sleeping", 0.25)]
    public void Intervals_are_of_use(string name, double mostHalfWidth)
    {
        foreach (var (kind, trials) in Of(name))
        {
            Assert.True(trials.Average(trial => trial.HalfWidth) <= mostHalfWidth, $"{kind}: {trials.Average(trial => trial.HalfWidth):P2}");
        }
    }

    [Theory]
    [InlineData("phased", 0.5)]
    [InlineData("bursty", 0.2)]
    [InlineData("sleeping", 0.1)]
    [InlineData("restless", 0.5)]
    [InlineData("steady", 1.1)]
    [InlineData("phased, not in the reference", 1)]
    public void The_best_estimator_errs_less_than_a_constant_ratio(string name, double mostOfConstantRatio)
    {
        var trials = Of(name);
        var ratio = Error(EstimatorKinds.Default) / Error(ConstantRatio.Description);

        Assert.True(ratio <= mostOfConstantRatio, $"{ratio:N3} of the error of a constant ratio");

        double Error(EstimatorKind kind) => trials[kind].Average(trial => trial.Error);
    }

    // From 2 slices to 13: the interval is wide then, and still holds.
    [Theory]
    [InlineData("steady", 600)]
    [InlineData("phased", 100)]
    [InlineData("phased", 600)]
    [InlineData("drifting", 200)]
    [InlineData("bursty", 200)]
    public void Intervals_of_few_slices_hold_the_truth(string name, double length)
    {
        foreach (var trial in Trial.Of(ProgramKind.All.Single(kind => kind.Name == name), 3, length, 100, Seed))
        {
            Assert.True(trial.Coverage >= 0.9, $"{trial.Estimator}: {trial.Coverage:P1}");
        }
    }

    // Of 7 slices of a steady program the slope is chance; of those that are busy or asleep it is not.
    [Theory]
    [InlineData("steady", 200, 1.12)]
    [InlineData("sleeping", 200, 0.05)]
    public void A_slope_that_chance_made_is_not_believed(string name, double length, double mostOfTrapezoid)
    {
        var errors = Trial.Of(ProgramKind.All.Single(kind => kind.Name == name), 3, length, 1000, Seed).ToDictionary(trial => trial.Estimator, trial => trial.Error);

        Assert.InRange(errors[ReferenceRatio.Description] / errors[Trapezoid.Description], 0, mostOfTrapezoid);
    }

    public static TheoryData<string> Programs() => [.. ProgramKind.All.Select(kind => kind.Name)];

    private static Dictionary<EstimatorKind, List<Trial>> Of(string name)
    {
        lock (s_trials)
        {
            if (!s_trials.TryGetValue(name, out var trials))
            {
                var program = ProgramKind.All.Single(kind => kind.Name == name);
                s_trials[name] = trials = Trial.Of(program, Runs, Seed).GroupBy(trial => trial.Estimator).ToDictionary(group => group.Key, group => group.ToList());
            }

            return trials;
        }
    }
}
