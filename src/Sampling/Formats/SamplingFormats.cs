using System.Buffers.Binary;
using System.Collections.Concurrent;
using Perfmon.Diagnostics;
using Perfmon.Session;

namespace Perfmon.Sampling.Formats;

/// <summary>The sampling formats by name, as sessions ask for them with <c>PFM_FL_SMPL_FMT</c>. A program may add its own.</summary>
public static class SamplingFormats
{
    // pfm_dfl_smpl_arg: 0 buf_size u64, 8 buf_flags u32, 12 reserved u32, 16 reserved u64[6].
    private const int DefaultArgumentSize = 64;

    private static readonly ConcurrentDictionary<string, Maker> s_makers = new() { [DefaultFormat.Name] = MakeDefault };

    /// <summary>Makes a format for one session.</summary>
    /// <param name="argument">The format's own argument, byte by byte.</param>
    /// <exception cref="PerfmonException">The argument is wrong.</exception>
    public delegate ISamplingFormat Maker(ReadOnlySpan<byte> argument);

    /// <summary>The names of all formats, sorted.</summary>
    public static IReadOnlyList<string> Names => [.. s_makers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a format.</summary>
    /// <exception cref="PerfmonException">There is one of that name.</exception>
    public static void Register(string name, Maker maker)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(maker);
        if (!s_makers.TryAdd(name, maker))
        {
            throw OverflowErrors.NameTaken(name);
        }
    }

    /// <summary>Makes a format for a session.</summary>
    /// <exception cref="PerfmonException">There is none of that name, or its argument is wrong.</exception>
    public static ISamplingFormat Make(string name, ReadOnlySpan<byte> argument) =>
        s_makers.TryGetValue(name, out var maker) ? maker(argument) : throw OverflowErrors.UnknownFormat(name, Names);

    private static DefaultFormat MakeDefault(ReadOnlySpan<byte> argument)
    {
        if (argument.Length != DefaultArgumentSize)
        {
            throw OverflowErrors.WrongArgument(DefaultFormat.Name, argument.Length, DefaultArgumentSize);
        }

        var size = BinaryPrimitives.ReadUInt64LittleEndian(argument);
        return size > (ulong)Array.MaxLength
            ? throw OverflowErrors.BufferTooLarge(size)
            : new DefaultFormat((int)size, BinaryPrimitives.ReadUInt32LittleEndian(argument[8..]));
    }
}
