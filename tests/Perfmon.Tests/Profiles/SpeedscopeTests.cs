using System.Text;
using Perfmon.Profiles;
using Perfmon.Symbols;
using Perfmon.Tests.Profiles.Schemas;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class SpeedscopeTests
{
    private static readonly TestSample[] s_samples =
    [
        new(0, 7, 7, "app", 1, 5, User("fib", 1), User("main")),
        new(0, 7, 8, "wörk\"er", 2, 70, new ProfileFrame("", "", FrameKind.Unknown), User("main")),
        new(1, 7, 7, "app", 2, 1, new ProfileFrame("fib", "/bin/app", FrameKind.User, File: "fib.c", Line: 3)),
        new(0, 7, 7, "app", 3, 0),
    ];

    [Fact]
    public void A_file_has_a_profile_for_each_event_and_thread() => Assert.Equal(
        """
        {"$schema":"https://www.speedscope.app/file-format-schema.json",
        "shared":{"frames":[{"name":"main","file":"/bin/app"},{"name":"fib","file":"/bin/app"},{"name":"[unknown]"},{"name":"fib","file":"fib.c"}]},
        "profiles":[
        {"type":"sampled","name":"task-clock: app (7)","unit":"nanoseconds","startValue":0,"endValue":5,"samples":[[0,1],[]],"weights":[5,0]},
        {"type":"sampled","name":"task-clock: wörk\"er (7/8)","unit":"nanoseconds","startValue":0,"endValue":70,"samples":[[0,2]],"weights":[70]},
        {"type":"sampled","name":"page-faults:u: app (7)","unit":"none","startValue":0,"endValue":1,"samples":[[3]],"weights":[1]}],
        "name":"app --fast (3 lost samples, 1 unresolved frame)","activeProfileIndex":1,"exporter":"Perfmon"}
        """.ReplaceLineEndings(""),
        Write(s_samples));

    [Fact]
    public void It_is_what_speedscope_describes()
    {
        Assert.Empty(ProfileSchemas.SpeedscopeOffences(Write(s_samples)));
        Assert.Empty(ProfileSchemas.SpeedscopeOffences(Write([])));
        Assert.NotEmpty(ProfileSchemas.SpeedscopeOffences(Write(s_samples).Replace("\"sampled\"", "\"evented\"")));
        Assert.NotEmpty(ProfileSchemas.SpeedscopeOffences(Write(s_samples).Replace("\"weights\"", "\"weight\"")));
    }

    private static string Write(TestSample[] samples) => Encoding.UTF8.GetString(
        Samples.Export(output => new SpeedscopeExporter(output, Samples.TwoEvents), samples, new ProfileLosses { LostSamples = 3 }));
}
