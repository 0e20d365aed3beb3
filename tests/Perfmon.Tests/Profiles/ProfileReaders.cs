using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Perfmon.Tests.Profiles;

/// <summary>
/// Reads the formats back, by what is published of each and none of the code that writes them: what each sample or sum is of, in a text, and its
/// weight. Frames are in the order of the text's lines, the outermost first.
/// </summary>
internal static partial class ProfileReaders
{
    public static string Key(params IEnumerable<string> parts) => string.Join('\u0001', parts);

    public static Dictionary<string, long> Sum(IEnumerable<(string Key, long Weight)> rows) =>
        rows.GroupBy(row => row.Key).ToDictionary(group => group.Key, group => group.Sum(row => row.Weight));

    /// <summary>comm, frames.</summary>
    public static IEnumerable<(string Key, long Weight)> Folded(byte[] file)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        Assert.True(text == "" || text.EndsWith('\n'));
        return text.Split('\n')[..^1].Select(line => FoldedLine().Match(line) is { Success: true } match
            ? (Key(match.Groups[1].Value.Split(';')), long.Parse(match.Groups[2].Value))
            : throw new FormatException(line));
    }

    /// <summary>Name of the profile, frames; one row a sample.</summary>
    public static IEnumerable<(string Key, long Weight)> Speedscope(byte[] file)
    {
        var root = JsonDocument.Parse(file).RootElement;
        var frames = root.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()!).ToList();
        foreach (var profile in root.GetProperty("profiles").EnumerateArray())
        {
            var (samples, weights) = (profile.GetProperty("samples").EnumerateArray().ToList(), profile.GetProperty("weights").EnumerateArray().ToList());
            Assert.Equal(samples.Count, weights.Count);
            Assert.Equal(profile.GetProperty("endValue").GetInt64() - profile.GetProperty("startValue").GetInt64(), weights.Sum(weight => weight.GetInt64()));
            foreach (var (sample, weight) in samples.Zip(weights))
            {
                yield return (Key([profile.GetProperty("name").GetString()!, .. sample.EnumerateArray().Select(frame => frames[frame.GetInt32()])]), weight.GetInt64());
            }
        }
    }

    /// <summary>Type of the value, comm, pid, tid, frames.</summary>
    public static IEnumerable<(string Key, long Weight)> Pprof(byte[] file)
    {
        var profile = PprofMessage(file);
        var strings = profile.Strings(6).ToList();
        Assert.Equal("", strings[0]);
        var types = profile.Messages(1).Select(type => strings[(int)type.Number(1)]).ToList();
        var functions = profile.Messages(5).ToDictionary(function => function.Number(1), function => strings[(int)function.Number(2)]);
        var mappings = profile.Messages(3).ToDictionary(mapping => mapping.Number(1), mapping => strings[(int)mapping.Number(5)]);
        var locations = profile.Messages(4).ToDictionary(location => location.Number(1), location =>
        {
            var lines = location.Messages(4).Select(line => functions[line.Number(1)]).ToList();
            var mapping = location.Number(2) == 0 ? "" : mappings[location.Number(2)];
            return lines.Count > 0 ? lines : [Samples.Label(new("", mapping, default))];
        });
        foreach (var sample in profile.Messages(2))
        {
            var labels = sample.Messages(3).ToDictionary(label => strings[(int)label.Number(1)]);
            var frames = sample.Numbers(1).SelectMany(location => locations[location]).Reverse();
            var values = sample.Numbers(2);
            Assert.Equal(types.Count, values.Count);
            foreach (var (type, value) in types.Zip(values))
            {
                yield return (
                    Key([type, strings[(int)labels["comm"].Number(2)], $"{labels["pid"].Number(3)}", $"{labels["tid"].Number(3)}", .. frames]), (long)value);
            }
        }
    }

    public static RawMessage PprofMessage(byte[] file)
    {
        using var plain = new MemoryStream();
        new GZipStream(new MemoryStream(file), CompressionMode.Decompress).CopyTo(plain);
        return new RawMessage(plain.ToArray());
    }

    /// <summary>Thread's name, pid, tid, frames; one row a sample. Weights in ms are given in ns.</summary>
    public static IEnumerable<(string Key, long Weight)> Firefox(byte[] file)
    {
        var root = JsonDocument.Parse(file).RootElement;
        var shared = root.GetProperty("shared");
        var strings = shared.GetProperty("stringArray").EnumerateArray().Select(text => text.GetString()!).ToList();
        var names = Column(shared, "funcTable", "name").Select(name => strings[name!.Value]).ToList();
        var functions = Column(shared, "frameTable", "func");
        var (frames, offsets) = (Column(shared, "stackTable", "frame"), Column(shared, "stackTable", "prefixOffset"));
        foreach (var thread in root.GetProperty("threads").EnumerateArray())
        {
            var samples = thread.GetProperty("samples");
            var factor = samples.GetProperty("weightType").GetString() == "tracing-ms" ? 1e6 : 1;
            var weights = samples.GetProperty("weight").EnumerateArray().Select(weight => (long)Math.Round(weight.GetDouble() * factor)).ToList();
            var times = samples.GetProperty("time").EnumerateArray().Select(time => time.GetDouble()).ToList();
            Assert.Equal(times.Order(), times);
            Assert.Equal(weights.Count, times.Count);
            foreach (var (stack, weight) in Column(thread, "samples", "stack").Zip(weights))
            {
                var path = new List<string>();
                for (var at = stack; at is { } index; at = offsets[index] == 0 ? null : index - offsets[index])
                {
                    path.Add(names[functions[frames[index]!.Value]!.Value]);
                }

                path.Reverse();
                yield return (
                    Key([thread.GetProperty("name").GetString()!, thread.GetProperty("pid").GetString()!, thread.GetProperty("tid").GetString()!, .. path]), weight);
            }
        }
    }

    /// <summary>comm, frames.</summary>
    public static IEnumerable<(string Key, long Weight)> FlameGraph(byte[] file)
    {
        var data = FlameData(file);
        var strings = data.GetProperty("strings").EnumerateArray().Select(text => text.GetString()!).ToList();
        var numbers = data.GetProperty("nodes").EnumerateArray().Select(number => number.GetInt64()).ToList();
        var path = new List<string>();
        foreach (var node in numbers.Chunk(6))
        {
            var depth = (int)node[0];
            path.RemoveRange(depth - 1, path.Count - depth + 1);
            path.Add(strings[(int)node[1]]);
            yield return (Key(path), node[5]);
        }
    }

    public static JsonElement FlameData(byte[] file)
    {
        var page = Encoding.UTF8.GetString(file);
        const string begin = "<script id=\"data\" type=\"application/json\">";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)], new() { MaxDepth = 8 }).RootElement;
    }

    private static List<int?> Column(JsonElement root, string table, string column)
    {
        var rows = root.GetProperty(table).GetProperty(column).EnumerateArray().Select(row => row.ValueKind == JsonValueKind.Null ? (int?)null : row.GetInt32()).ToList();
        Assert.Equal(root.GetProperty(table).GetProperty("length").GetInt32(), rows.Count);
        return rows;
    }

    [GeneratedRegex(@"\A(.*) (\d+)\z", RegexOptions.Singleline)]
    private static partial Regex FoldedLine();
}
