using Perfmon.Profiles;
using Perfmon.Symbols;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

/// <summary>Field numbers are those of profile.proto, which this reads without.</summary>
public sealed class PprofTests
{
    private static readonly TestSample[] s_samples =
    [
        new(0, 7, 7, "app", 1_000, 5, Inlined("inner"), Inlined("middle"), new("outer", "/bin/app", FrameKind.User, 0x9, false, "a.c", 3), User("main", 0x5)),
        new(0, 7, 7, "app", 2_000, 6, Kernel("fault"), User("main", 0x5)),
        new(0, 7, 7, "app", 3_000, 7, Kernel("fault"), User("main", 0x5)),
        new(1, 7, 7, "app", 3_000, 1, Kernel("fault"), User("main", 0x5)),
        new(0, 7, 8, "worker", 4_500, 8, new ProfileFrame("", "/usr/lib/libc.so.6", FrameKind.User, 0x77)),
        new(0, 7, 8, "worker", 4_000, 9),
    ];

    private static readonly RawMessage s_profile = ProfileReaders.PprofMessage(
        Samples.Export(output => new PprofExporter(output, Samples.TwoEvents), s_samples, new ProfileLosses { LostSamples = 3 }));

    private static readonly List<string> s_strings = [.. s_profile.Strings(6)];

    [Fact]
    public void A_sample_has_a_count_and_a_weight_for_each_event()
    {
        Assert.Equal(
            ["task-clock-samples count", "task-clock nanoseconds", "page-faults:u-samples count", "page-faults:u count"],
            s_profile.Messages(1).Select(type => $"{Text(type, 1)} {Text(type, 2)}"));
        Assert.Equal("task-clock", s_strings[(int)s_profile.Number(14)]);
        Assert.Equal(["1 5 0 0", "2 13 1 1", "1 9 0 0", "1 8 0 0"], s_profile.Messages(2).Select(sample => string.Join(' ', sample.Numbers(2))));
        Assert.Equal(
            ["comm=app pid=7 tid=7", "comm=app pid=7 tid=7", "comm=worker pid=7 tid=8", "comm=worker pid=7 tid=8"],
            s_profile.Messages(2).Select(sample => string.Join(
                ' ', sample.Messages(3).Select(label => $"{Text(label, 1)}={(label.Number(2) == 0 ? label.Number(3) : Text(label, 2))}"))));
    }

    [Fact]
    public void One_event_has_the_names_that_pprof_expects()
    {
        var profile = ProfileReaders.PprofMessage(Samples.Export(output => new PprofExporter(output, Samples.OneEvent), []));
        Assert.Equal(2, profile.Messages(1).Count());
        Assert.Equal(["", "samples", "count", "cycles"], profile.Strings(6).Take(4));
    }

    [Fact]
    public void Inlined_functions_are_lines_of_one_location()
    {
        var locations = s_profile.Messages(4).ToDictionary(location => location.Number(1));
        var functions = s_profile.Messages(5).ToDictionary(function => function.Number(1), function => $"{Text(function, 2)} {Text(function, 4)}");
        var mappings = s_profile.Messages(3).ToDictionary(mapping => mapping.Number(1), mapping => Text(mapping, 5));
        var stacks = s_profile.Messages(2).Select(sample => sample.Numbers(1).Select(id => locations[id]).Select(location =>
            $"{location.Number(3):x} {(location.Number(2) == 0 ? "" : mappings[location.Number(2)])}: "
            + string.Join(", ", location.Messages(4).Select(line => $"{functions[line.Number(1)]}:{line.Number(2)}"))));
        Assert.Equal(
            [
                ["9 /bin/app: inner a.c:4, middle a.c:4, outer a.c:3", "5 /bin/app: main :0"],
                ["0 [kernel.kallsyms]: fault :0", "5 /bin/app: main :0"],
                [],
                ["77 /usr/lib/libc.so.6: "],
            ],
            stacks);
    }

    [Fact]
    public void Ids_are_unique_and_the_program_is_the_first_mapping()
    {
        foreach (var field in new[] { 3, 4, 5 })
        {
            var ids = s_profile.Messages(field).Select(message => message.Number(1)).ToList();
            Assert.Equal(ids.Distinct(), ids);
            Assert.DoesNotContain(0UL, ids);
        }

        Assert.Equal("/bin/app", Text(s_profile.Messages(3).First(), 5));
        Assert.Equal([1UL, 1, 1, 1], ((int[])[7, 8, 9, 10]).Select(s_profile.Messages(3).First().Number));
        Assert.Equal([1UL, 0, 0, 0], ((int[])[7, 8, 9, 10]).Select(s_profile.Messages(3).Last().Number));
    }

    [Fact]
    public void Time_period_and_losses_are_told()
    {
        Assert.Equal((1_700_000_000_000_000_000UL, 3_500UL, 1_000_000UL), (s_profile.Number(9), s_profile.Number(10), s_profile.Number(12)));
        Assert.Equal(["task-clock nanoseconds"], s_profile.Messages(11).Select(type => $"{Text(type, 1)} {Text(type, 2)}"));
        Assert.Equal(["app --fast", "Perfmon", "3 lost samples, 1 unresolved frame"], s_profile.Numbers(13).Select(text => s_strings[(int)text]));
        Assert.Equal([1, 2, 4], s_profile.Messages(5).SelectMany(function => function.Fields).Distinct().Order());
        Assert.Equal([1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14], s_profile.Fields);
    }

    private static ProfileFrame Inlined(string name) => new(name, "/bin/app", FrameKind.User, 9, true, "a.c", 4);

    private static string Text(RawMessage message, int field) => s_strings[(int)message.Number(field)];
}
