using System.Text.Json;
using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>KVM's binary statistics as QEMU's monitor tells them: <c>query-stats</c> and <c>query-stats-schemas</c>, from QEMU 7.1.</summary>
internal static class QmpStatistics
{
    private const string Schemas = "query-stats-schemas";
    private const string Statistics = "query-stats";

    /// <summary>Those of the machine and its vCPUs.</summary>
    /// <exception cref="Diagnostics.PerfmonException">The monitor does not answer as QEMU does.</exception>
    public static GuestStatistics Read(string path)
    {
        using var connection = QmpConnection.Open(path);
        var numbers = QmpVcpus.Read(connection, path).DistinctBy(one => one.Object).ToDictionary(one => one.Object, one => one.Index);
        var known = Describe(connection, path);
        var whole = ReadTarget(connection, path, "vm", known).Select(one => one.Values).FirstOrDefault();
        var vcpus = new Dictionary<int, KvmStatistics>();
        foreach (var (name, values) in ReadTarget(connection, path, "vcpu", known))
        {
            // A monitor that names none has one vCPU only.
            var number = numbers.TryGetValue(name, out var index) ? index : numbers.Count == 1 ? numbers.Values.First() : -1;
            if (number >= 0)
            {
                vcpus[number] = values;
            }
        }

        return new GuestStatistics(GuestStatisticsSource.Monitor, GuestStatistics.Sum(whole, vcpus.Values), vcpus)
        {
            Problem = vcpus.Count < numbers.Count ? $"the monitor tells statistics of {vcpus.Count} of {numbers.Count} vCPUs" : null,
        };
    }

    private static Dictionary<(string Target, string Name), KvmStatistic> Describe(QmpConnection connection, string path)
    {
        var known = new Dictionary<(string, string), KvmStatistic>();
        using var answer = connection.Execute(Schemas, arguments => arguments.WriteString("provider", "kvm"));
        foreach (var schema in Entries(answer.RootElement.GetProperty("return"), path, Schemas))
        {
            foreach (var one in Entries(Member(schema, "stats", path, Schemas), path, Schemas))
            {
                var name = Member(one, "name", path, Schemas).ToString();
                known[(Member(schema, "target", path, Schemas).ToString(), name)] = new KvmStatistic(name, Kind(Text(one, "type")), Unit(Text(one, "unit")))
                {
                    Base = Number(one, "base") == 2 ? 2 : 10,
                    Exponent = Number(one, "exponent"),
                    BucketSize = (uint)Math.Max(0, Number(one, "bucket-size")),
                };
            }
        }

        return known;
    }

    private static List<(string Object, KvmStatistics Values)> ReadTarget(
        QmpConnection connection, string path, string target, Dictionary<(string Target, string Name), KvmStatistic> known)
    {
        var all = new List<(string, KvmStatistics)>();
        using var answer = connection.Execute(Statistics, arguments => arguments.WriteString("target", target));
        foreach (var result in Entries(answer.RootElement.GetProperty("return"), path, Statistics))
        {
            if (Text(result, "provider") != "kvm")
            {
                continue;
            }

            var values = new List<KvmStatisticValue>();
            foreach (var one in Entries(Member(result, "stats", path, Statistics), path, Statistics))
            {
                var name = Member(one, "name", path, Statistics).ToString();
                var numbers = Values(Member(one, "value", path, Statistics));
                var statistic = known.GetValueOrDefault((target, name)) ?? new KvmStatistic(name, KvmStatisticKind.Unknown, KvmStatisticUnit.Unknown);
                values.Add(new KvmStatisticValue(statistic with { Count = numbers.Length }, numbers));
            }

            all.Add((Text(result, "qom-path"), new KvmStatistics(values)));
        }

        return all;
    }

    private static ulong[] Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => [1],
        JsonValueKind.Number when value.TryGetUInt64(out var number) => [number],
        JsonValueKind.Array => [.. value.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.Number && one.TryGetUInt64(out var number) ? number : 0)],
        _ => [0],
    };

    private static KvmStatisticKind Kind(string text) => text switch
    {
        "cumulative" => KvmStatisticKind.Cumulative,
        "instant" => KvmStatisticKind.Instant,
        "peak" => KvmStatisticKind.Peak,
        "linear-histogram" => KvmStatisticKind.LinearHistogram,
        "log2-histogram" => KvmStatisticKind.LogHistogram,
        _ => KvmStatisticKind.Unknown,
    };

    private static KvmStatisticUnit Unit(string text) => text switch
    {
        "" => KvmStatisticUnit.None,
        "bytes" => KvmStatisticUnit.Bytes,
        "seconds" => KvmStatisticUnit.Seconds,
        "cycles" => KvmStatisticUnit.Cycles,
        "boolean" => KvmStatisticUnit.Boolean,
        _ => KvmStatisticUnit.Unknown,
    };

    private static JsonElement.ArrayEnumerator Entries(JsonElement list, string path, string command) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Garbled(path, command, list);

    private static JsonElement Member(JsonElement one, string key, string path, string command) =>
        one.ValueKind == JsonValueKind.Object && one.TryGetProperty(key, out var value) ? value : throw Garbled(path, command, one);

    private static string Text(JsonElement one, string key) =>
        one.ValueKind == JsonValueKind.Object && one.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int Number(JsonElement one, string key) =>
        one.ValueKind == JsonValueKind.Object && one.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;

    private static Diagnostics.PerfmonException Garbled(string path, string command, JsonElement what) =>
        QmpErrors.Garbled(path, $"{command} gave {HostReader.Quote(what.GetRawText())}");
}
