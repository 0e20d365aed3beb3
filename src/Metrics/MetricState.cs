namespace Perfmon.Metrics;

/// <summary>How far a metric's value can be trusted.</summary>
public enum MetricState
{
    /// <summary>An event that it needs was not counted: there is no value.</summary>
    NotCounted,

    /// <summary>Every event was counted all the time.</summary>
    Counted,

    /// <summary>An event was counted part of the time and scaled to all of it.</summary>
    Estimated,

    /// <summary>Everything was counted, and the expression has no value: it divides by 0.</summary>
    Undefined,
}
