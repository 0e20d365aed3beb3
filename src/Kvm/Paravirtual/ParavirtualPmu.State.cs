using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

// Moving the device to another thread, process or machine.
public sealed partial class ParavirtualPmu
{
    /// <summary>
    /// The device's state, to be moved: what its registers hold now, those that count included. The vCPU does not run meanwhile, or what it does after this is not in it.
    /// </summary>
    /// <returns>60 bytes and 32 for each counter.</returns>
    public byte[] Save()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh();
            var state = new ParavirtualState(Counters)
            {
                Generation = _generation,
                GlobalControl = _globalControl,
                Overflow = _overflow,
                NotifyVector = _notifyVector,
            };
            _counters.CopyTo(state.Counters, 0);
            return state.Encode(_options.Width);
        }
    }

    /// <summary>A device that goes on from a state, on another vCPU's thread: counters that ran run at once. GENERATION is one more.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <param name="vcpu">The vCPU's thread. <see cref="Target.CallingThread"/> is the one that calls this.</param>
    /// <param name="options">What the guest was offered: as many counters, as wide. Events that this host does not count are told by STATUS.</param>
    /// <exception cref="PerfmonException">The state is damaged, newer than this library, or of a PMU with other counters; or as for the constructor.</exception>
    public static ParavirtualPmu Restore(ReadOnlySpan<byte> state, Target vcpu, ParavirtualPmuOptions? options = null) =>
        Restore(state, vcpu, options ?? ParavirtualPmuOptions.Default, LinuxKernel.Instance, HostDescription.Current);

    internal static ParavirtualPmu Restore(
        ReadOnlySpan<byte> state, Target vcpu, ParavirtualPmuOptions options, IPerfKernel kernel, HostDescription host)
    {
        var saved = ParavirtualState.Decode(state, options.Counters, options.Width);
        var pmu = new ParavirtualPmu(vcpu, options, kernel, host);
        saved.Counters.CopyTo(pmu._counters, 0);
        (pmu._globalControl, pmu._overflow, pmu._notifyVector) = (saved.GlobalControl, saved.Overflow, saved.NotifyVector);
        pmu._generation = unchecked(saved.Generation + 1);
        lock (pmu._gate)
        {
            pmu.Run();
        }

        return pmu;
    }
}
