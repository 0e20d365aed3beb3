using System.Diagnostics;
using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tests.Kvm.Forms;

/// <summary>A text that nobody wrote is read or refused, and nothing else. PERFMON_MUTATIONS is how many are tried.</summary>
public sealed class HostileTextTests
{
    private static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("PERFMON_MUTATIONS"), out var count) ? count : 10_000;

    private static readonly string[] s_seeds =
    [
        FilterExamples.SelectUmaskObject,
        $"{FilterExamples.RawObject} {FilterExamples.CounterObject} -accel kvm,pmu-filter=e0",
        FilterExamples.July2024,
        FilterExamples.January2025,
        $"-object '{FilterExamples.April2025}' -accel kvm,pmu-filter=f0",
        """{"qom-type":"kvm-pmu-event-list","id":"l","action":"deny","format":"raw","events":[{"code":"0x02"},{"code":3}]}""",
        "-object kvm-pmu-filter,id=f0,action=deny,x86-fixed-counter=3,events.0.format=raw,events.0.code=0xd0,events.1.format=raw,events.1.code=1",
        "-cpu host,kvm-pmu-filter=\"A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30\"",
        "A:0x11-0x11,A:0x23-0x3a,D:0x30-0x30",
        "0000000002000000010000000000000000000000000000000000000000000000\nc420000000000000\nc420000010000000\n",
    ];

    private static readonly string[] s_words =
    [
        "\"qom-type\"", "\"kvm-pmu-filter\"", "\"kvm-pmu-event\"", "\"kvm-pmu-event-list\"", "\"kvm-pmu-counter\"", "\"id\"", "\"f0\"", "\"action\"", "\"allow\"", "\"deny\"",
        "\"events\"", "\"format\"", "\"raw\"", "\"x86-default\"", "\"x86-select-umask\"", "\"x86-masked-entry\"", "\"code\"", "\"select\"", "\"umask\"", "\"match\"", "\"mask\"",
        "\"exclude\"", "\"x86-fixed-counter\"", "\"bitmap\"", "\"type\"", "\"x86-fixed\"", "true", "false", "null", "0", "196", "-1", "1e9", "\"0xff\"", "\"\\ud800\"", "\"é\"", "\"\"",
    ];

    [Fact]
    public void Documents_of_JSON_by_chance()
    {
        var random = new Random(1);
        var read = 0;
        for (var i = 0; i < s_count; i++)
        {
            var text = new StringBuilder();
            AppendObject(random, text, depth: 0);
            read += Try(text.ToString()) ? 1 : 0;
        }

        // Hardly any is a filter.
        Assert.InRange(read, 0, s_count / 10);
    }

    [Fact]
    public void Valid_texts_changed_by_chance()
    {
        var random = new Random(2);
        var read = 0;
        for (var i = 0; i < s_count; i++)
        {
            var text = new StringBuilder(s_seeds[i % s_seeds.Length]);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                Change(random, text);
            }

            read += Try(text.ToString()) ? 1 : 0;
        }

        Assert.InRange(read, 1, s_count - 1);
    }

    [Fact]
    public void Large_texts_are_read_in_time_and_memory_of_their_size()
    {
        var size = (1 << 20) - 200;
        var texts = new[]
        {
            $"{{\"qom-type\":\"kvm-pmu-filter\",\"id\":\"f0\",\"events\":[{string.Join(',', Enumerable.Repeat("{\"action\":\"deny\",\"format\":\"raw\",\"code\":1}", size / 45))}]}}",
            $"{{\"{new string('k', size / 2)}\":[{string.Join(',', Enumerable.Repeat("[[]]", size / 12))}]}}",
            $"{{{string.Join(',', Enumerable.Range(0, size / 12).Select(i => $"\"k{i}\":1"))}}}",
            string.Join('\n', Enumerable.Repeat("{}", size / 3)),
            string.Join(' ', Enumerable.Repeat("a", size / 2)),
            string.Join(' ', Enumerable.Range(0, size / 70).Select(i => $"-object kvm-pmu-event,id=e{i},action=allow,format=raw,code={i}")),
            $"-object kvm-pmu-filter,id=f0,{string.Join(',', Enumerable.Range(0, size / 30).Select(i => $"events.{i}.format=raw"))}",
            $"-cpu host,{string.Join(',', Enumerable.Repeat("a=b", size / 4))}",
            string.Join(';', Enumerable.Repeat("A:0x1-0x2", size / 10)),
            new string('\'', size), new string('\\', size), new string(',', size), new string('{', size), $"-object kvm-pmu-event,{new string('.', size)}=1",
        };
        foreach (var text in texts)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            Try(text, translate: false);

            // Far above what is needed; what grew with the square of the size would take hours and terabytes. Most is for texts of words of one character.
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}: {text[..60]}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100L << 20, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes: {text[..60]}");
        }
    }

    private static bool Try(string text, bool translate = true)
    {
        FilterDocument document;
        try
        {
            document = FilterText.Read(text);
        }
        catch (PerfmonException refused)
        {
            Assert.Matches("^(Cannot read the filter: |The bytes are no filter|0x[0-9a-f]{16} is no masked entry)", refused.Message);
            Assert.True(refused.Message.Length < 1000, refused.Message);
            return false;
        }

        foreach (var form in translate ? FilterForm.All : [])
        {
            try
            {
                FilterText.Read(document.To(form).ToString());
            }
            catch (PerfmonException)
            {
                // The form cannot express it.
            }
        }

        return true;
    }

    private static void AppendObject(Random random, StringBuilder text, int depth)
    {
        text.Append('{');
        if (depth == 0 && random.Next(4) != 0)
        {
            text.Append("\"qom-type\":\"kvm-pmu-filter\",\"id\":\"f0\",");
        }

        for (var count = random.Next(1, 6); count > 0; count--)
        {
            text.Append(Word(random)).Append(':');
            AppendValue(random, text, depth);
            text.Append(count > 1 ? "," : "");
        }

        text.Append('}');
    }

    private static void AppendValue(Random random, StringBuilder text, int depth)
    {
        switch (depth < 20 ? random.Next(6) : 2)
        {
            case 0:
                AppendObject(random, text, depth + 1);
                break;
            case 1:
                text.Append('[');
                for (var count = random.Next(4); count > 0; count--)
                {
                    AppendValue(random, text, depth + 1);
                    text.Append(count > 1 ? "," : "");
                }

                text.Append(']');
                break;
            default:
                text.Append(Word(random));
                break;
        }
    }

    private static string Word(Random random) => s_words[random.Next(s_words.Length)];

    private static void Change(Random random, StringBuilder text)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 12), text.Length - at);
        switch (random.Next(6))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, (char)random.Next(0x20, 0x7f));
                break;
            case 2:
                text.Insert(at, "\0\n\r\t\\'\",:;.={}[]-é\ud83d\u2028"[random.Next(20)]);
                break;
            case 3:
                text.Insert(at, text.ToString(at, length));
                break;
            case 4:
                text.Insert(at, Word(random));
                break;
            default:
                text.Length = at;
                text.Append(text.Length == 0 ? "x" : "");
                break;
        }
    }
}
