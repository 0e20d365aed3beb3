using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

public sealed class ProcessThreadsTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Lists_threads_in_order_of_id()
    {
        _host.Folder("proc/100/task/100").Folder("proc/100/task/90").Folder("proc/100/task/1001").Folder("proc/100/task/x");
        Assert.Equal([90, 100, 1001], ProcessThreads.List(_host.Roots, 100)!);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_process_that_is_not_there_is_null(int pid)
    {
        _host.Folder("proc/101/task").File("proc/102/task", "").Folder("proc/103");
        Assert.Null(ProcessThreads.List(_host.Roots, pid));
    }

    [Fact]
    public void A_threads_group_is_its_process()
    {
        _host.File("proc/101/status", "Name:\tx\nTgid:\t100\nPid:\t101");
        Assert.Equal(100, ProcessThreads.ThreadGroup(_host.Roots, 101));
        Assert.Null(ProcessThreads.ThreadGroup(_host.Roots, 102));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Tgid:")]
    [InlineData("Tgid:\t1x")]
    public void A_status_without_a_group_is_an_error_that_names_it(string status)
    {
        _host.File("proc/101/status", status);
        var error = Assert.Throws<PerfmonException>(() => ProcessThreads.ThreadGroup(_host.Roots, 101));
        Assert.Equal(PerfmonReason.Unexpected, error.Reason);
        Assert.StartsWith($"{_host.PathOf("proc/101/status")}: 'Tgid'", error.Message, StringComparison.Ordinal);
    }
}
