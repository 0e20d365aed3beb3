using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// What a paravirtual PMU's session does when a counter with NOTIFY overflows: it freezes the counters, as of the overflow, or lets them go on; and tells. Nothing is
/// reset: a counter goes on from 0, as the register does. It is called under the session's lock, by whatever thread finds the overflow.
/// </summary>
/// <param name="tell">Called at each overflow with the PMD.</param>
internal sealed class OverflowLatch(Action<int> tell) : ISamplingFormat
{
    private volatile bool _freezes;

    /// <summary>Whether an overflow freezes the counters.</summary>
    public bool Freezes
    {
        get => _freezes;
        set => _freezes = value;
    }

    public int WakeupEvents => 1;

    public OverflowActions Handle(in OverflowSample sample)
    {
        tell(sample.Pmd);
        return _freezes ? OverflowActions.Mask : OverflowActions.None;
    }

    public void Restart()
    {
    }
}
