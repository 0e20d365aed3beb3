using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>What exporters have in common: samples until <see cref="Complete"/>, and nothing after it.</summary>
public abstract class ProfileExporter : IProfileExporter
{
    private bool _complete;

    private protected ProfileExporter(Stream output, ProfileDescription description)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(description);
        Output = output;
        Description = description;
    }

    private protected Stream Output { get; }

    private protected ProfileDescription Description { get; }

    /// <inheritdoc/>
    public void Add(in ProfileSample sample)
    {
        Expect(!_complete);
        Collect(in sample);
    }

    /// <inheritdoc/>
    public ProfileTotals Complete(ProfileLosses? losses = null)
    {
        Expect(!_complete);
        _complete = true;
        return Write(losses ?? ProfileLosses.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Collect(in ProfileSample sample);

    private protected abstract ProfileTotals Write(ProfileLosses losses);

    private protected virtual void Release()
    {
    }

    private static void Expect(bool open)
    {
        if (!open)
        {
            throw new PerfmonException(PerfmonReason.InvalidRequest, "The profile's file is complete: neither can a sample be added, nor can it be completed again.");
        }
    }
}
