namespace Perfmon.Host;

/// <summary>The word of <c>perf_event_attr</c> that a PMU's term is written to.</summary>
public enum PmuFormatField
{
    /// <summary><c>perf_event_attr.config</c>.</summary>
    Config,

    /// <summary><c>perf_event_attr.config1</c>.</summary>
    Config1,

    /// <summary><c>perf_event_attr.config2</c>.</summary>
    Config2,

    /// <summary><c>perf_event_attr.config3</c> (Linux 6.3).</summary>
    Config3,

    /// <summary><c>perf_event_attr.config4</c> (attr size 144; Linux 6.18 does not have it).</summary>
    Config4,
}
