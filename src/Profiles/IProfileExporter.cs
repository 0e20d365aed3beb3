using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>
/// Writes a profile in a format that others read. Samples are added as they come, and the file is written at the end; meanwhile the memory in use has
/// the size of the different stacks and threads, not of the samples. The stream is the caller's, who closes it. Disposing without
/// <see cref="Complete"/> writes nothing.
/// </summary>
public interface IProfileExporter : IDisposable
{
    /// <summary>Adds a sample.</summary>
    /// <exception cref="PerfmonException">
    /// There is no such event, or the weight is negative, or the event's sum would exceed 2^63-1, or the file is complete already.
    /// </exception>
    void Add(in ProfileSample sample);

    /// <summary>Writes the file, once.</summary>
    /// <param name="losses">What was lost before the samples got here; null for nothing. It stands in the file where the format has a place for it.</param>
    /// <returns>The sums of what was added, and what is missing.</returns>
    /// <exception cref="PerfmonException">The file is complete already.</exception>
    ProfileTotals Complete(ProfileLosses? losses = null);
}
