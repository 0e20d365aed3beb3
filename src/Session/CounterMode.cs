namespace Perfmon.Session;

/// <summary>How the counters of an attachment are opened, the same for all of them.</summary>
/// <param name="Following">Whether descendants are counted along.</param>
/// <param name="EnableOnExec">Whether the kernel starts them when the target executes a program.</param>
internal readonly record struct CounterMode(Following Following, bool EnableOnExec)
{
    /// <summary>Whether the counters sum up those of threads that come and go.</summary>
    public bool Inherits => Following != Following.Nothing;
}
