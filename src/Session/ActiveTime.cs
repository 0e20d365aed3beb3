namespace Perfmon.Session;

/// <summary>
/// How long a set was active, from the time enabled of each of its groups: on threads the sum of their times, on CPUs, which are all
/// watched at once, that of one of them.
/// </summary>
internal struct ActiveTime
{
    private AttachPoint _point;
    private ulong _atPoint;
    private ulong _total;

    /// <summary>In nanoseconds.</summary>
    public readonly ulong Total => _point.Cpu >= 0 ? Math.Max(_total, _atPoint) : _total + _atPoint;

    /// <summary>Adds a group; those of one point follow each other. A point's groups all have its time, but for those that start late.</summary>
    public void Add(AttachPoint point, ulong enabled)
    {
        if (point != _point)
        {
            _total = Total;
            _atPoint = 0;
            _point = point;
        }

        _atPoint = Math.Max(_atPoint, enabled);
    }
}
