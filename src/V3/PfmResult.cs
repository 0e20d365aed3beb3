using Perfmon.Diagnostics;

namespace Perfmon.V3;

/// <summary>What one of the five calls answered: 0 or a descriptor, or an errno with its explanation.</summary>
/// <param name="Value">0, or the descriptor of a new session; on failure, minus the errno.</param>
/// <param name="Applied">Elements of a vector that were carried out; on failure, the index of the one that was not.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
public readonly record struct PfmResult(int Value, int Applied, PerfmonException? Error)
{
    /// <summary>The errno; 0 when the call succeeded.</summary>
    public int Errno => Value < 0 ? -Value : 0;

    /// <summary>Whether the call succeeded.</summary>
    public bool Succeeded => Value >= 0;

    /// <summary>Gives back the value of a call that succeeded.</summary>
    /// <exception cref="PerfmonException">The call failed.</exception>
    public int OrThrow() => Error is null ? Value : throw Error;
}
