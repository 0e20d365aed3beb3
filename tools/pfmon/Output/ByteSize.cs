using System.Globalization;

namespace Perfmon.Tool.Output;

/// <summary>A size of data as people read it: <c>1.2 MB</c>.</summary>
internal static class ByteSize
{
    private const long Kilo = 1000;

    private static readonly string[] s_units = ["kB", "MB", "GB", "TB", "PB", "EB"];

    public static string Of(long bytes)
    {
        if (bytes < Kilo)
        {
            return $"{bytes} B";
        }

        var unit = 0;
        var size = (decimal)bytes / Kilo;
        for (; size >= Kilo && unit < s_units.Length - 1; unit++)
        {
            size /= Kilo;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:N1} {s_units[unit]}");
    }
}
