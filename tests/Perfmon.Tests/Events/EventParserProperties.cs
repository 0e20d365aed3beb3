using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Perfmon.Events;

namespace Perfmon.Tests.Events;

/// <summary>What holds for every text: a result or an error with a place, soon.</summary>
public sealed class EventParserProperties(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(60);

    private static readonly string[] s_pieces =
    [
        "cs", "cycles", "page-faults", "cpu", "msr", "tsc", "kprobe", "uprobe", "mem", "perf", "sched", "sched_switch", "r1a8", "func",
        "path", "event", "umask", "name", "period", "retprobe", "offset", "0x10", "8", "18446744073709551616", "*", "?", ",", ",", ":",
        ":", "::",
        "/", "/", "{", "}", "=", "=", "'", "\"", " ", "u", "k", "h", "G", "H", "p", "ppp", "rw", "x", "\0", "\n", "é", "\ud83d", "..",
        "-1",
    ];

    private static readonly string[] s_valid =
    [
        "cycles:u,{page-faults,cs:period=10}:k", "cpu/event=0x3c,umask=1,edge,name='a b'/upp", "mem:0x1000/8:rw:u,cs",
        "uncore_imc*/event=1/",
        "uprobe/path=/bin/x,offset=0x10,retprobe,ref_ctr_offset=4/:u", "kprobe/func=f,offset=1/", "sched:sched_*:period=0x10,syscalls:*",
        "perf::PAGE-FAULTS:u=1", "cpu/mem-loads,ldlat=30,config2=7/", "r1a8:GHp,LLC-loads,msr/tsc/", "power/energy-pkg/,cpu/cycles/,cpu//",
    ];

    [Fact]
    public void Any_text_ends_in_events_or_in_an_error_inside_it() =>
        Check.One(s_config, Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => HasAnAnswer(text ?? "")));

    [Fact]
    public void So_does_any_mixture_of_what_the_syntax_is_made_of() =>
        Check.One(s_config, Prop.ForAll(Gen.Elements(s_pieces).ArrayOf().Select(string.Concat).ToArbitrary(), HasAnAnswer));

    [Fact]
    public void So_does_a_valid_text_with_an_edit() => Check.One(s_config, Prop.ForAll(Mutated().ToArbitrary(), HasAnAnswer));

    [Fact]
    public void The_texts_that_are_edited_are_valid() => Assert.All(s_valid, text => Assert.NotEmpty(Parse(text)));

    [Fact]
    public void The_name_of_an_event_means_the_event() => Check.One(s_config, Prop.ForAll(Mutated().ToArbitrary(), text =>
    {
        // A name that the user made up names nothing.
        foreach (var request in EventParser.Parse(text, Machine).Events.Where(one => !text.Contains("name", StringComparison.Ordinal)))
        {
            var again = ParseOne(request.Name);
            Assert.Equal(request with { Group = -1, Start = 0, Length = request.Name.Length }, again);
        }
    }));

    [Theory]
    [InlineData("{", 100_000)]
    [InlineData("cs,", 20_000)]
    [InlineData("cs:u", 100_000)]
    [InlineData("a/", 100_000)]
    [InlineData("uprobe/path=/", 20_000)]
    [InlineData("*", 2_000)]
    [InlineData("*:*", 500)]
    [InlineData("sched:*a*", 500)]
    [InlineData("cpu/event=1", 20_000)]
    [InlineData("::", 100_000)]
    [InlineData("x", 100_000)]
    [InlineData("'", 100_000)]
    public void Long_texts_end_soon(string piece, int count)
    {
        var text = string.Concat(Enumerable.Repeat(piece, count));
        var time = Stopwatch.StartNew();
        HasAnAnswer(text);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(10), $"{time.Elapsed} for {text.Length} characters");
    }

    private void HasAnAnswer(string text)
    {
        var result = EventParser.Parse(text, Machine);
        if (result.IsSuccess)
        {
            Assert.NotEmpty(result.Events);
            Assert.All(result.Events, one => Assert.True(one.Start >= 0 && one.Length > 0 && one.Start + one.Length <= text.Length));
            return;
        }

        var error = result.Error;
        Assert.Empty(result.Events);
        Assert.NotEmpty(error.Message);
        Assert.InRange(error.Position, 0, Math.Max(0, text.Length - 1));
        Assert.InRange(error.Length, text.Length == 0 ? 0 : 1, text.Length - error.Position);
        Assert.Equal(3, error.ToString().Split('\n').Length);
    }

    /// <summary>A valid text in which pieces are cut out, put in, or replaced.</summary>
    private static Gen<string> Mutated() =>
        from text in Gen.Elements(s_valid)
        from edits in Gen.Choose(1, 3)
        from places in Gen.Choose(0, 1000).ArrayOf(edits)
        from lengths in Gen.Choose(0, 3).ArrayOf(edits)
        from pieces in Gen.Elements(s_pieces).ArrayOf(edits)
        select Enumerable.Range(0, edits).Aggregate(text, (current, i) => Edit(current, places[i], lengths[i], pieces[i]));

    private static string Edit(string text, int place, int length, string piece)
    {
        var at = place % (text.Length + 1);
        return text.Remove(at, Math.Min(length, text.Length - at)).Insert(at, piece);
    }
}
