using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.PerfData;

/// <summary>The bytes of each feature, from and to what they say.</summary>
internal static class FeatureCode
{
    private const ushort BuildIdSizeTold = 1 << 15; // PERF_RECORD_MISC_BUILD_ID_SIZE
    private const int BuildIdHeader = 36;
    private const int LongestBuildId = 20;

    /// <summary>The features that the file will have, but for those that depend on events.</summary>
    public static IEnumerable<Feature> In(PerfDataFeatures features)
    {
        (Feature Feature, bool IsThere)[] all =
        [
            (Feature.BuildId, features.BuildIds is not []), (Feature.HostName, features.HostName is not null), (Feature.OsRelease, features.OsRelease is not null),
            (Feature.Version, features.Version is not null), (Feature.Architecture, features.Architecture is not null),
            (Feature.CpuCount, features is { OnlineCpus: not null, AvailableCpus: not null }), (Feature.CpuDescription, features.CpuDescription is not null),
            (Feature.CpuId, features.CpuId is not null), (Feature.TotalMemory, features.TotalMemory is not null), (Feature.CommandLine, features.CommandLine is not []),
            (Feature.SampleTime, features is { FirstSample: not null, LastSample: not null }),
        ];
        return all.Where(one => one.IsThere).Select(one => one.Feature);
    }

    /// <summary>Writes one of <see cref="In"/>.</summary>
    public static void Write(SectionWriter writer, Feature feature, PerfDataFeatures features)
    {
        switch (feature)
        {
            case Feature.BuildId:
                foreach (var buildId in features.BuildIds)
                {
                    WriteBuildId(writer, buildId);
                }

                break;
            case Feature.CpuCount:
                // nr_cpus_available, nr_cpus_online: the format's description has them the other way round, perf has not.
                writer.Add(features.AvailableCpus!.Value);
                writer.Add(features.OnlineCpus!.Value);
                break;
            case Feature.TotalMemory:
                writer.Add(features.TotalMemory!.Value);
                break;
            case Feature.CommandLine:
                writer.Add((uint)features.CommandLine.Count);
                foreach (var word in features.CommandLine)
                {
                    writer.AddText(word);
                }

                break;
            case Feature.SampleTime:
                writer.Add(features.FirstSample!.Value);
                writer.Add(features.LastSample!.Value);
                break;
            default:
                writer.AddText(feature switch
                {
                    Feature.HostName => features.HostName,
                    Feature.OsRelease => features.OsRelease,
                    Feature.Version => features.Version,
                    Feature.Architecture => features.Architecture,
                    Feature.CpuDescription => features.CpuDescription,
                    _ => features.CpuId,
                } ?? "");
                break;
        }
    }

    /// <summary>What was known, and what the feature adds.</summary>
    public static PerfDataFeatures Read(PerfDataFeatures known, Feature feature, ReadOnlySpan<byte> bytes)
    {
        var reader = new SectionReader(bytes);
        return feature switch
        {
            Feature.HostName => known with { HostName = reader.Text() },
            Feature.OsRelease => known with { OsRelease = reader.Text() },
            Feature.Version => known with { Version = reader.Text() },
            Feature.Architecture => known with { Architecture = reader.Text() },
            Feature.CpuDescription => known with { CpuDescription = reader.Text() },
            Feature.CpuId => known with { CpuId = reader.Text() },
            Feature.CpuCount => known with { AvailableCpus = (int?)reader.U32(), OnlineCpus = (int?)reader.U32() },
            Feature.TotalMemory => known with { TotalMemory = reader.U64() },
            Feature.SampleTime => known with { FirstSample = reader.U64(), LastSample = reader.U64() },
            Feature.CommandLine => known with { CommandLine = ReadTexts(ref reader) },
            _ => known,
        };
    }

    /// <summary>
    /// <c>HEADER_EVENT_DESC</c>: <c>u32 nr, attr_size; { struct perf_event_attr attr; u32 nr_ids; struct perf_header_string name; u64 ids[nr_ids]; } [nr]</c>
    /// </summary>
    public static void WriteEvents(SectionWriter writer, IReadOnlyList<PerfDataEvent> events)
    {
        var size = AttrCode.SizeFor(events);
        writer.Add((uint)events.Count);
        writer.Add((uint)size);
        foreach (var one in events)
        {
            AttrCode.Write(writer, one.Attr, size);
            writer.Add((uint)one.Ids.Count);
            writer.AddText(one.Name);
            foreach (var id in one.Ids)
            {
                writer.Add(id);
            }
        }
    }

    /// <summary>The events that the feature describes, as far as its bytes go.</summary>
    public static List<PerfDataEvent> ReadEvents(ReadOnlySpan<byte> bytes)
    {
        var reader = new SectionReader(bytes);
        var events = new List<PerfDataEvent>();
        if (reader.TryRead(out uint count) && reader.TryRead(out uint size))
        {
            for (; count > 0; count--)
            {
                if (!reader.TryTake(size, out var attr) || !AttrCode.TryRead(attr, out var one) || !reader.TryRead(out uint ids) || reader.Text() is not { } name
                    || !reader.TryTake(ids * (ulong)sizeof(ulong), out var idBytes))
                {
                    break;
                }

                events.Add(new PerfDataEvent(name, one, MemoryMarshal.Cast<byte, ulong>(idBytes).ToArray()));
            }
        }

        return events;
    }

    /// <summary>
    /// <c>struct perf_event_header header; s32 pid; u8 build_id[20], size, reserved[3]; char filename[]</c>: a record in a pipe, an entry of the feature in
    /// a file.
    /// </summary>
    public static void WriteBuildId(SectionWriter writer, PerfDataBuildId buildId)
    {
        var id = Convert.FromHexString(buildId.BuildId).AsSpan();
        id = id[..Math.Min(id.Length, LongestBuildId)];
        var start = writer.Length;
        var name = SectionWriter.AlignedTextLength(System.Text.Encoding.UTF8.GetByteCount(buildId.FileName));
        writer.Add((uint)FileRecordType.HeaderBuildId);
        writer.Add((ushort)((buildId.IsKernel ? PerfEventHeader.CpuModeKernel : PerfEventHeader.CpuModeUser) | BuildIdSizeTold));
        writer.Add((ushort)(BuildIdHeader + name));
        writer.Add(-1);
        writer.Add(id);
        writer.Add(stackalloc byte[LongestBuildId - id.Length]);
        writer.Add((uint)id.Length);
        writer.AddPlainText(buildId.FileName);
        while (writer.Length - start < BuildIdHeader + name)
        {
            writer.Add((byte)0);
        }
    }

    /// <summary>The build ids that these bytes are, as far as they go.</summary>
    public static List<PerfDataBuildId> ReadBuildIds(ReadOnlySpan<byte> bytes)
    {
        var found = new List<PerfDataBuildId>();
        while (MemoryMarshal.TryRead(bytes, out PerfEventHeader header) && header.Size >= BuildIdHeader && header.Size <= bytes.Length)
        {
            // Old versions do not tell the size, which was 20 then.
            var told = (header.Misc & BuildIdSizeTold) != 0 ? bytes[12 + LongestBuildId] : LongestBuildId;
            var id = bytes[12..(12 + Math.Min(told, LongestBuildId))];
            var isKernel = (header.Misc & PerfEventHeader.CpuModeMask) is PerfEventHeader.CpuModeKernel or PerfEventHeader.CpuModeGuestKernel;
            found.Add(new PerfDataBuildId(SectionReader.TextOf(bytes[BuildIdHeader..header.Size]), Convert.ToHexStringLower(id), isKernel));
            bytes = bytes[header.Size..];
        }

        return found;
    }

    private static List<string> ReadTexts(ref SectionReader reader)
    {
        var texts = new List<string>();
        for (var left = reader.U32() ?? 0; left > 0 && reader.Text() is { } text; left--)
        {
            texts.Add(text);
        }

        return texts;
    }
}
