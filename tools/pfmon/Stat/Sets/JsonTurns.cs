using Perfmon.Sets.Estimation;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>How event sets took turns, in JSON.</summary>
internal sealed record JsonSwitching(long ActiveNs, double? MeanLatenessNs, ulong? LongestLatenessNs, string Estimator, string? Reference)
{
    public static JsonSwitching? Of(SetTurns? turns) => turns is null ? null : new(
        turns.ActiveTime.Ticks * TimeSpan.NanosecondsPerTick,
        turns.MeanLateness,
        turns.MeanLateness is null ? null : turns.LongestLateness,
        turns.Estimator.Name,
        turns.Reference);
}

/// <summary>Whether event sets saw the same program, in JSON: of several targets and runs the finding with the least agreement.</summary>
internal sealed record JsonTrust(string Verdict, string Sentence, double? Probability)
{
    public static JsonTrust? Of(SetTurns? turns) => turns?.LeastTrust is not { } trust ? null : new(
        trust.Verdict switch
        {
            TrustVerdict.Agrees => "agrees",
            TrustVerdict.Disagrees => "disagrees",
            _ => "unknown",
        },
        trust.Sentence,
        trust.Verdict == TrustVerdict.Unknown ? null : trust.Probability);
}
