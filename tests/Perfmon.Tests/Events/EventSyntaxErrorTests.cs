using Perfmon.Diagnostics;
using Perfmon.Events;

namespace Perfmon.Tests.Events;

public sealed class EventSyntaxErrorTests(VirtualMachine machine) : EventTestBase(machine), IClassFixture<VirtualMachine>
{
    [Fact]
    public void Prints_a_caret_line_and_what_may_be_meant()
    {
        var error = EventParser.Parse("page-fualts,cycles", Machine).Error;
        Assert.Equal(
            """
            page-fualts,cycles
            ^~~~~~~~~~~
            unknown event 'page-fualts'. Did you mean 'page-faults'?
            """,
            error?.ToString());
    }

    [Fact]
    public void Prints_the_caret_under_a_later_part()
    {
        var error = EventParser.Parse("cs, mem:0x10/3", Machine).Error;
        Assert.Equal(
            """
            cs, mem:0x10/3
                         ^
            a breakpoint covers 1, 2, 4 or 8 bytes.
            """,
            error?.ToString());
    }

    [Fact]
    public void Cuts_a_long_text_around_the_error()
    {
        var many = string.Join(',', Enumerable.Repeat("page-faults", 50));
        var text = $"{many},nonsense!,{many}";
        var lines = EventParser.Parse(text, Machine).Error!.ToString().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 130));
        Assert.StartsWith("…", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("…", lines[0], StringComparison.Ordinal);
        Assert.Equal("nonsense!", lines[0].Substring(lines[1].IndexOf('^', StringComparison.Ordinal), 9));
        Assert.Equal("^~~~~~~~~", lines[1].Trim());
    }

    [Fact]
    public void Shows_control_characters_as_one_character_each() =>
        Assert.Equal("a·b·\n^~~~\nx.", new EventSyntaxError("a\nb\t", "x", 0, 4).ToString());

    [Fact]
    public void The_empty_text_names_no_event()
    {
        var error = Refuse("", "", "an event name is missing here");
        Assert.Equal("\n^\nan event name is missing here.", error.ToString());
    }

    [Fact]
    public void Throws_with_the_whole_explanation_and_who_must_act()
    {
        var failure = Assert.Throws<PerfmonException>(() => EventParser.ParseOrThrow("page-fualts", Machine));
        Assert.Equal(PerfmonReason.UnknownEvent, failure.Reason);
        Assert.Equal(EventParser.Parse("page-fualts", Machine).Error?.ToString(), failure.Message);
        Assert.Single(EventParser.ParseOrThrow("page-faults", Machine));
        Assert.Throws<ArgumentNullException>(() => EventParser.Parse(null!, Machine));
        Assert.Throws<ArgumentNullException>(() => EventParser.Parse("cs", null!));
    }
}
