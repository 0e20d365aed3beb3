using Perfmon.Diagnostics;

namespace Perfmon.Sampling.PerfData;

/// <summary>Why a file is not read, before it is known what the file is called.</summary>
internal sealed class UnreadableFileException(PerfmonReason reason, string message) : Exception(message)
{
    public PerfmonReason Reason { get; } = reason;
}
