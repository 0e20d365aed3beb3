namespace Perfmon.Session;

/// <summary>One event's counts over all threads or CPUs of an attachment.</summary>
internal struct CountTotal
{
    public ulong Raw;
    public ulong Scaled;
    public ulong TimeEnabled;
    public ulong TimeRunning;

    /// <summary>Whether anything here was scaled, or is missing: a thread or CPU never got a counter, or could not be read.</summary>
    public bool IsPartial;

    /// <summary>How the latest of it was read.</summary>
    public ReadPath Path;

    /// <summary>Adds what one thread or CPU counted. Each is scaled before it is added, since each had its own share of the time.</summary>
    public void Add(ulong value, ulong enabled, ulong running)
    {
        Raw = unchecked(Raw + value);
        TimeEnabled += enabled;
        TimeRunning += running;
        Scaled = unchecked(Scaled + (running >= enabled ? value : Scale(value, enabled, running)));
        IsPartial |= running < enabled;
    }

    public void Add(in CountTotal other)
    {
        Raw = unchecked(Raw + other.Raw);
        Scaled = unchecked(Scaled + other.Scaled);
        TimeEnabled += other.TimeEnabled;
        TimeRunning += other.TimeRunning;
        IsPartial |= other.IsPartial;
        Path = other.Path;
    }

    /// <summary>What was counted since an earlier total of the same counters, for which the same was missing.</summary>
    public readonly CountTotal Since(in CountTotal earlier) => new()
    {
        Raw = unchecked(Raw - earlier.Raw),
        Scaled = unchecked(Scaled - earlier.Scaled),
        TimeEnabled = TimeEnabled - earlier.TimeEnabled,
        TimeRunning = TimeRunning - earlier.TimeRunning,
        IsPartial = IsPartial,
        Path = Path,
    };

    /// <summary>The count, for a register that stands at <paramref name="value"/> by what was really counted.</summary>
    public readonly Count ToCount(ulong value) => new()
    {
        State = TimeRunning == 0 ? CountState.NotCounted : IsPartial ? CountState.Estimated : CountState.Counted,
        Raw = value,
        Value = unchecked(value + (Scaled - Raw)),
        TimeEnabled = TimeEnabled,
        TimeRunning = TimeRunning,
        Path = Path,
    };

    // 64 bits times 64 bits: minutes of time running and some billions of events already need more than 64.
    private static ulong Scale(ulong value, ulong enabled, ulong running) =>
        running == 0 ? 0 : unchecked((ulong)((UInt128)value * enabled / running));
}
