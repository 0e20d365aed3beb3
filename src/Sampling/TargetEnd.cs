using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>Tells when the targets of a session have ended: all of them. Never, where none was added, as for CPUs.</summary>
internal sealed class TargetEnd : IDisposable
{
    private readonly List<(ExitWatch? Watch, Func<bool> Otherwise)> _all = [];

    /// <summary>Whether every target has ended.</summary>
    public bool HasCome => _all.Count > 0 && _all.TrueForAll(one => one.Watch?.HasEnded ?? one.Otherwise());

    /// <summary>
    /// What becomes readable at the end; null where nothing does. Of several targets, the first to end would be readable ever after: their end is
    /// asked for whenever a wait is over.
    /// </summary>
    public SafeKernelHandle? Handle => _all is [var one] ? one.Watch?.Handle : null;

    /// <summary>Adds a target.</summary>
    /// <param name="watch">What tells of its end; null where the kernel has no such thing.</param>
    /// <param name="otherwise">Tells the same then.</param>
    public void Add(ExitWatch? watch, Func<bool> otherwise) => _all.Add((watch, otherwise));

    public void Dispose() => _all.ForEach(one => one.Watch?.Dispose());
}
