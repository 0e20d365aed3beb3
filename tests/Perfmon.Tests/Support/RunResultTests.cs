namespace Perfmon.Tests.Support;

public sealed class RunResultTests
{
    [Fact]
    public void Keeps_output_error_and_exit_code() =>
        Assert.Equal(new RunResult(3, "out\n", "err\n"), RunResult.Run("sh", "-c", "echo out; echo err >&2; exit 3"));

    [Fact]
    public void Sets_and_removes_variables()
    {
        var environment = new Dictionary<string, string?> { ["SET"] = "1", ["HOME"] = null };
        Assert.Equal("1-\n", RunResult.Run("sh", ["-c", "echo $SET-$HOME"], environment: environment).Output);
    }

    [Fact]
    public void Kills_what_does_not_end_and_tells_what_it_wrote()
    {
        var e = Assert.Throws<TimeoutException>(() => RunResult.Run("sh", ["-c", "echo here; sleep 60"], TimeSpan.FromMilliseconds(300)));
        Assert.Contains("here", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_program_that_does_not_compile_tells_the_compilers_words()
    {
        Requires.CCompiler();
        var e = Assert.Throws<InvalidOperationException>(() => CProgram.Compile("int main(void) { return nothing; }"));
        Assert.Contains("nothing", e.Message, StringComparison.Ordinal);
    }
}
