using Perfmon.TestSummary;

namespace Perfmon.Tests.Structure;

public sealed class SummaryTests
{
    [Fact]
    public void Tells_skips_by_reason_then_failures_then_the_totals()
    {
        var summary = new Summary();
        summary.AddPassed();
        summary.AddSkipped("C", null);
        summary.AddSkipped("B", "no tracefs.\nRun:  mount");
        summary.AddSkipped("A", "no tracefs. Run: mount");
        summary.AddFailed("D");

        Assert.Equal(
            [
                "2 skipped: no tracefs. Run: mount", "  A", "  B",
                "1 skipped: no reason given", "  C",
                "1 failed:", "  D",
                "1 passed, 1 failed, 3 skipped",
            ],
            summary.Lines());
    }

    [Fact]
    public void A_run_without_tests_is_one_line_of_zeros() =>
        Assert.Equal(["0 passed, 0 failed, 0 skipped"], new Summary().Lines());
}
