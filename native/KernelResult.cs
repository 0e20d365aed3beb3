namespace Perfmon.Native;

/// <summary>What a kernel call answered: a value of 0 or more, or an error.</summary>
internal readonly record struct KernelResult
{
    private readonly long _raw;

    private KernelResult(long raw) => _raw = raw;

    public static KernelResult Success { get; }

    public bool Failed => _raw < 0;

    /// <summary>The answer; negative when the call failed.</summary>
    public long Value => _raw;

    public Errno Error => _raw < 0 ? (Errno)(-_raw) : Errno.None;

    public static KernelResult Of(long value) => new(value);

    public static KernelResult Failure(Errno error) => new(-(long)error);
}
