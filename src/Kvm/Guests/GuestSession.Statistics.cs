using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>KVM's own statistics beside the counts: those of the times in which counting was on.</summary>
public sealed partial class GuestSession
{
    private GuestStatisticsReader? _statistics;
    private GuestStatistics? _atStart;
    private GuestStatistics? _untilStop;

    private void BeginStatistics(VirtualMachine machine) => _atStart = _statistics?.Read(machine);

    private void EndStatistics(VirtualMachine machine) => (_untilStop, _atStart) = (SinceStart(machine), null);

    private GuestStatistics? ReadStatistics() => SinceStart(_machine!);

    private GuestStatistics? SinceStart(VirtualMachine machine)
    {
        if (_atStart is null)
        {
            return _untilStop;
        }

        var now = _statistics!.Read(machine).Since(_atStart);
        return _untilStop is null ? now : _untilStop.Plus(now);
    }
}
