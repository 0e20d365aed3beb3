namespace Perfmon.Registers;

/// <summary>What the PMCs make a PMD count: nothing, an event, or a value that means none.</summary>
public readonly record struct CounterSetting
{
    private CounterSetting(bool enabled, EventSelection selection, string? error)
    {
        IsEnabled = enabled;
        Selection = selection;
        Error = error;
    }

    /// <summary>No PMC enables the counter.</summary>
    public static CounterSetting Off => default;

    /// <summary>Whether the counter counts <see cref="Selection"/>.</summary>
    public bool IsEnabled { get; }

    /// <summary>What it counts, when <see cref="IsEnabled"/>.</summary>
    public EventSelection Selection { get; }

    /// <summary>Why the PMC values mean no event: which register and which bits; null when they are in order.</summary>
    public string? Error { get; }

    /// <summary>The counter counts <paramref name="selection"/>.</summary>
    public static CounterSetting Counts(in EventSelection selection) => new(true, selection, null);

    /// <summary>The PMC values mean no event.</summary>
    public static CounterSetting Invalid(string error) => new(false, default, error);
}
