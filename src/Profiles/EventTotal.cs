namespace Perfmon.Profiles;

/// <summary>What was sampled: of an event, or of a part of a profile.</summary>
/// <param name="Weight">The sum of the weights, in the event's unit.</param>
/// <param name="Samples">The number of samples.</param>
public readonly record struct EventTotal(long Weight, long Samples)
{
    /// <summary>Both sums.</summary>
    public static EventTotal operator +(EventTotal left, EventTotal right) => new(left.Weight + right.Weight, left.Samples + right.Samples);

    /// <summary>Both sums.</summary>
    public static EventTotal Add(EventTotal left, EventTotal right) => left + right;

    /// <summary>Both differences.</summary>
    public static EventTotal operator -(EventTotal left, EventTotal right) => new(left.Weight - right.Weight, left.Samples - right.Samples);

    /// <summary>Both differences.</summary>
    public static EventTotal Subtract(EventTotal left, EventTotal right) => left - right;
}
