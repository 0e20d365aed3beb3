using Perfmon.Tests.Support;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat;

namespace Perfmon.Tests.Tool;

public sealed class ResultFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-result-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_result_is_in_its_place_only_when_it_is_complete()
    {
        var path = Path.Combine(_folder, "result");
        using (var file = ResultFile.Create(path))
        {
            file.Writer.Write("new");
            Assert.False(File.Exists(path));
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_run_that_fails_leaves_the_earlier_result_alone()
    {
        var path = Path.Combine(_folder, "result");
        File.WriteAllText(path, "old");
        Assert.Equal(127, Pfmon.Run("stat", "-o", path, "no-such-program").ExitCode);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal(0, Pfmon.Run("stat", "-o", path, "true").ExitCode);
        Assert.Contains("Counted true:", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbolic_link_stays_one()
    {
        var (path, link) = (Path.Combine(_folder, "result"), Path.Combine(_folder, "link"));
        File.WriteAllText(path, "old");
        File.CreateSymbolicLink(link, path);
        using (var file = ResultFile.Create(link))
        {
            file.Writer.Write("new");
            file.Commit();
        }

        Assert.Equal(path, new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_device_is_written_and_not_replaced()
    {
        var result = Pfmon.Run("stat", "-e", "page-faults", "-o", "/dev/stdout", "true").Succeeded();
        Assert.Contains("page-faults", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Pfmon.Run("stat", "-e", "page-faults", "-o", "/dev/null", "true").Succeeded();
        Assert.Equal("", RunResult.Run("sh", "-c", "echo more > /dev/null; cat /dev/null").Succeeded().Output);
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_the_command_runs()
    {
        var result = Pfmon.Run("stat", "-o", Path.Combine(_folder, "missing", "result"), "echo", "ran");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains($"There is no folder {_folder}/missing.", result.Error, StringComparison.Ordinal);
        Assert.Throws<ToolException>(() => ResultFile.Create(_folder));
    }
}
