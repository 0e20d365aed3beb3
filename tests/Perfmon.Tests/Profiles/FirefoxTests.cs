using System.Text;
using System.Text.Json;
using Perfmon.Profiles;
using Perfmon.Symbols;
using Perfmon.Tests.Profiles.Schemas;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class FirefoxTests
{
    private static readonly TestSample[] s_samples =
    [
        new(0, 7, 7, "app", 1_000_000, 1_500_000, Inlined("inner"), Inlined("middle"), new("outer", "/bin/app", FrameKind.User, 9, false, "a.c", 3), User("main")),
        new(0, 7, 8, "worker", 2_000_000, 1_000_000, Kernel("fault"), User("main")),
        new(1, 7, 7, "app", 2_000_000, 1, new ProfileFrame("jitted", "", FrameKind.Jit)),
        new(0, 7, 7, "app", 3_500_000, 1_000_000),
        new(0, 7, 7, "ls", 3_000_000, 1_000_000, default(ProfileFrame)),
    ];

    private static readonly JsonElement s_root = JsonDocument.Parse(Write(s_samples)).RootElement;

    [Fact]
    public void Stacks_are_shared_and_point_backwards()
    {
        Assert.Equal("""{"frame":[0,1,2,3,4,5,6],"prefixOffset":[0,1,1,1,4,0,0],"length":7}""", Shared("stackTable"));
        Assert.Equal("""["main","/bin/app","outer","a.c","middle","inner","fault","[kernel.kallsyms]","jitted","[unknown]"]""", Shared("stringArray"));
    }

    [Fact]
    public void A_frame_that_is_inlined_has_a_depth() => Assert.Equal(
        """
        {"address":[-1,-1,-1,-1,-1,-1,-1],"lib":[0,0,0,0,1,-1,-1],"inlineDepth":[0,0,1,2,0,0,0],"category":[1,1,1,1,2,3,0],
        "subcategory":[0,0,0,0,0,0,0],"func":[0,1,2,3,4,5,6],"nativeSymbol":[null,null,null,null,null,null,null],"innerWindowID":[0,0,0,0,0,0,0],
        "line":[null,3,4,4,null,null,null],"column":[null,null,null,null,null,null,null],"originalLocation":[null,null,null,null,null,null,null],"length":7}
        """.ReplaceLineEndings(""),
        Shared("frameTable"));

    [Fact]
    public void Functions_have_libraries_and_files()
    {
        Assert.Equal("[0,2,4,5,6,8,9]", s_root.GetProperty("shared").GetProperty("funcTable").GetProperty("name").GetRawText());
        Assert.Equal("[0,0,0,0,1,-1,-1]", s_root.GetProperty("shared").GetProperty("funcTable").GetProperty("resource").GetRawText());
        Assert.Equal("[null,0,0,0,null,null,null]", s_root.GetProperty("shared").GetProperty("funcTable").GetProperty("source").GetRawText());
        Assert.Equal("""{"name":[1,7],"host":[null,null],"type":[1,1],"length":2}""", Shared("resourceTable"));
        Assert.Equal(
            """{"id":[null],"filename":[3],"startLine":[1],"startColumn":[1],"sourceMapURL":[null],"content":[null],"length":1}""", Shared("sources"));
        Assert.Equal(
            """{"arch":"","name":"app","path":"/bin/app","debugName":"app","debugPath":"/bin/app","breakpadId":"","codeId":null}""",
            s_root.GetProperty("libs")[0].GetRawText());
    }

    [Fact]
    public void Samples_have_times_in_ms_after_the_first_and_weights()
    {
        Assert.Equal("""{"stack":[3,null],"time":[0,2.5],"weight":[1.5,1],"weightType":"tracing-ms","length":2}""", Thread(0, "samples"));
        Assert.Equal("""{"stack":[4],"time":[1],"weight":[1],"weightType":"tracing-ms","length":1}""", Thread(1, "samples"));
        Assert.Equal("""{"stack":[5],"time":[1],"weight":[1],"weightType":"samples","length":1}""", Thread(3, "samples"));
    }

    [Fact]
    public void Each_event_and_name_of_a_thread_is_a_thread_of_its_own() => Assert.Equal(
        ["app (task-clock) app 7 7 True", "worker (task-clock) app 7 8 False", "ls (task-clock) app 7 7.1 False", "app (page-faults:u) app 7 7.2 False"],
        s_root.GetProperty("threads").EnumerateArray().Select(thread => string.Join(
            ' ', ((string[])["name", "processName", "pid", "tid", "isMainThread"]).Select(name => thread.GetProperty(name).ToString()))));

    [Fact]
    public void The_profile_says_when_it_began_and_what_is_missing()
    {
        var meta = s_root.GetProperty("meta");
        Assert.Equal((1_700_000_000_000, 1, 2.5), (meta.GetProperty("startTime").GetInt64(), meta.GetProperty("interval").GetDouble(), meta.GetProperty("profilingEndTime").GetDouble()));
        Assert.Equal(
            ["lost records 0", "lost samples 3", "throttlings 0", "dropped samples 0", "unresolved frames 1"],
            meta.GetProperty("extra")[0].GetProperty("entries").EnumerateArray().Select(entry => $"{entry.GetProperty("label")} {entry.GetProperty("value")}"));
    }

    [Fact]
    public void Samples_that_come_too_late_are_shown_at_the_latest_time_and_counted()
    {
        using var output = new MemoryStream();
        using var exporter = new FirefoxExporter(output, Samples.OneEvent);
        foreach (var time in new[] { 10, 5, 12 })
        {
            exporter.Add(new TestSample(0, 7, 7, "app", time * 1_000_000, 1).Sample);
        }

        Assert.Equal((1, 5_000_000, 12_000_000), exporter.Complete() is var totals ? (totals.Reordered, totals.FirstTime, totals.LastTime) : default);
        Assert.Equal("[5,5,7]", JsonDocument.Parse(output.ToArray()).RootElement.GetProperty("threads")[0].GetProperty("samples").GetProperty("time").GetRawText());
    }

    [Fact]
    public void Times_that_are_further_apart_than_a_number_holds_are_written()
    {
        var file = Samples.Export(output => new FirefoxExporter(output, Samples.OneEvent), [
            new TestSample(0, 7, 7, "app", long.MinValue, 1), new TestSample(0, 7, 7, "app", long.MaxValue, 1),
        ]);
        Assert.Equal(18446744073709.55, JsonDocument.Parse(file).RootElement.GetProperty("meta").GetProperty("profilingEndTime").GetDouble(), 1e-2);
    }

    [Fact]
    public void It_is_what_Firefox_Profiler_describes()
    {
        Assert.Empty(ProfileSchemas.FirefoxOffences(Write(s_samples)));
        Assert.Empty(ProfileSchemas.FirefoxOffences(Write([])));
        Assert.NotEmpty(ProfileSchemas.FirefoxOffences(Write(s_samples).Replace("\"prefixOffset\"", "\"prefix\"")));
        Assert.NotEmpty(ProfileSchemas.FirefoxOffences(Write(s_samples).Replace("tracing-ms", "ns")));
    }

    private static ProfileFrame Inlined(string name) => new(name, "/bin/app", FrameKind.User, 9, true, "a.c", 4);

    private static string Shared(string table) => s_root.GetProperty("shared").GetProperty(table).GetRawText();

    private static string Thread(int number, string table) => s_root.GetProperty("threads")[number].GetProperty(table).GetRawText();

    private static string Write(TestSample[] samples) => Encoding.UTF8.GetString(
        Samples.Export(output => new FirefoxExporter(output, Samples.TwoEvents), samples, new ProfileLosses { LostSamples = 3 }));
}
