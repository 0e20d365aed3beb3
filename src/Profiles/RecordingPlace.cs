using System.Globalization;
using Perfmon.Host;
using Perfmon.Sampling.PerfData;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>Finds out whether a recording is of this machine and this boot, from what it says and where its kernel lay.</summary>
/// <param name="Origin">Where it was made.</param>
/// <param name="Why">What tells that it is not of this boot; null where it is.</param>
/// <param name="IsAssumed">Whether the file does not say of which machine it is.</param>
internal sealed record RecordingPlace(RecordingOrigin Origin, string? Why, bool IsAssumed = false)
{
    private const string KernelText = " _text";

    /// <summary>The place of a recording.</summary>
    /// <param name="features">What the file says.</param>
    /// <param name="kernelText">Where the kernel's text began (<c>[kernel.kallsyms]_text</c>); null where the file does not say.</param>
    /// <param name="written">When the file was last written; null where unknown.</param>
    /// <param name="roots">This machine.</param>
    public static RecordingPlace Of(PerfDataFeatures features, ulong? kernelText, DateTimeOffset? written, HostRoots roots)
    {
        var here = PerfDataFeatures.OfThisMachine("");
        if (features.HostName is { } host && host != here.HostName)
        {
            return new(RecordingOrigin.AnotherMachine, $"it was made on {host}");
        }

        if (features.Architecture is { } architecture && architecture != here.Architecture)
        {
            return new(RecordingOrigin.AnotherMachine, $"it was made on a machine of {architecture}");
        }

        var isAssumed = features.HostName is null;
        if (OtherBoot(features, here, kernelText, written, roots) is { } why)
        {
            return new(RecordingOrigin.ThisMachine, why, isAssumed);
        }

        return isAssumed && kernelText is null
            ? new(RecordingOrigin.ThisMachine, "the file does not tell under which kernel it was made", IsAssumed: true)
            : new(RecordingOrigin.ThisBoot, null, isAssumed);
    }

    private static string? OtherBoot(PerfDataFeatures features, PerfDataFeatures here, ulong? kernelText, DateTimeOffset? written, HostRoots roots)
    {
        if (features.OsRelease is { } release && release != here.OsRelease)
        {
            return $"it was made under Linux {release}, and this is {here.OsRelease}";
        }

        if (features.BuildIds.FirstOrDefault(one => one.IsKernel && one.FileName.StartsWith(SymbolizedFrame.KernelModule, StringComparison.Ordinal)) is { } ran
            && BuildIds.OfKernel(roots) is { } runs && !ran.BuildId.StartsWith(runs, StringComparison.Ordinal))
        {
            return "it was made under another build of this kernel";
        }

        if (kernelText is { } then && KernelTextNow(roots) is { } now && then != now)
        {
            return "it was made before this machine was last started: the kernel lay elsewhere";
        }

        return written < ProcessStat.BootTime(roots) ? "it was made before this machine was last started" : null;
    }

    // ffffffff81000000 T _text; zero where addresses are hidden. It is among the first.
    private static ulong? KernelTextNow(HostRoots roots)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(roots.Proc, "kallsyms")).FirstOrDefault(line => line.EndsWith(KernelText, StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address)
                && address != 0 ? address : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
