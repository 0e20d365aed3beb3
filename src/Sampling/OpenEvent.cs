using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>A sampled event, or the dummy, open at one thread or CPU.</summary>
/// <param name="Event">Which.</param>
/// <param name="Point">Where.</param>
/// <param name="Handle">Its descriptor.</param>
/// <param name="Id">What its records call it.</param>
internal sealed record OpenEvent(SampledEvent Event, AttachPoint Point, SafeKernelHandle Handle, ulong Id) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}
