using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>Where the counters of a device are opened.</summary>
/// <param name="Target">The vCPU's thread.</param>
/// <param name="Width">The bits of a counter.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Host">What the machine has.</param>
internal sealed record HostCounterPlace(Target Target, int Width, IPerfKernel Kernel, HostDescription Host);
