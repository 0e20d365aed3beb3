using System.Net.Sockets;
using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Guests;
using Perfmon.Tests.Host;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>What answers at a socket need not be QEMU: it may say anything, or nothing.</summary>
public sealed class QmpConnectionTests : IDisposable
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""";
    private const string Done = """{"return": {}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-qmp-").FullName;

    [Fact]
    public void Events_between_answers_are_passed_over_and_lines_may_come_in_pieces()
    {
        var answer = """{"event": "STOP"}""" + "\r\n" + """{"return": [{"cpu-index": 1, "thread-id": 7, "qom-path": "/b"}, {"cpu-index": 0, "thread-id": 8}]}""";
        var path = Serve(inPieces: true, $"{Greeting}\r\n", $"{Done}\r\n", $"{answer}\r\n");
        using var connection = QmpConnection.Open(path);
        Assert.Equal([(1, 7, "/b"), (0, 8, "")], QmpVcpus.Read(connection, path));
    }

    [Theory]
    [InlineData("SeaBIOS (version 1)\r\n", "It is not QEMU's machine protocol")]
    [InlineData("[1]\r\n", "It is not QEMU's machine protocol")]
    [InlineData("{\"hello\": 1}\r\n", "It greeted with")]
    [InlineData("{\"QMP\": {\r\n", "It is not QEMU's machine protocol")]
    [InlineData("", "It hung up before it answered greeting")]
    public void What_greets_otherwise_is_no_monitor(string greeting, string why)
    {
        var refused = Assert.Throws<PerfmonException>(() => QmpConnection.Open(Serve(inPieces: false, greeting)));
        Assert.Equal(PerfmonReason.InvalidRequest, refused.Reason);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"return": 5}""")]
    [InlineData("""{"return": [5]}""")]
    [InlineData("""{"return": [{"cpu-index": "0", "thread-id": 1}]}""")]
    [InlineData("""{"return": [{"cpu-index": 0}]}""")]
    [InlineData("""{"return": [{"cpu-index": -1, "thread-id": 1}]}""")]
    [InlineData("""{"return": [{"cpu-index": 0, "thread-id": 99999999999}]}""")]
    [InlineData("""{"return": [{"cpu-index": 0, "thread-id": 1}, {"cpu-index": 0, "thread-id": 2}]}""")]
    [InlineData("""{"neither": 1}""")]
    [InlineData("nothing")]
    public void Answers_that_make_no_sense_are_refused(string answer)
    {
        var path = Serve(inPieces: false, $"{Greeting}\r\n", $"{Done}\r\n", $"{answer}\r\n");
        using var connection = QmpConnection.Open(path);
        Assert.Equal(PerfmonReason.InvalidRequest, Assert.Throws<PerfmonException>(() => QmpVcpus.Read(connection, path)).Reason);
    }

    [Fact]
    public void A_line_without_end_and_events_without_end_have_one_here()
    {
        var endless = Serve(inPieces: false, new string('x', 6 << 20));
        Assert.Contains("a line of more than", Assert.Throws<PerfmonException>(() => QmpConnection.Open(endless, TimeSpan.FromSeconds(30))).Message, StringComparison.Ordinal);

        var events = string.Concat(Enumerable.Repeat("{\"event\": \"RESUME\"}\r\n", 20_000));
        var flood = Serve(inPieces: false, $"{Greeting}\r\n", events);
        Assert.Contains("events in place of an answer", Assert.Throws<PerfmonException>(() => QmpConnection.Open(flood, TimeSpan.FromSeconds(30))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_ends_after_the_patience_and_nothing_was_written_before_the_greeting()
    {
        using var listener = Listen(out var path);
        var refused = Assert.Throws<PerfmonException>(() => QmpConnection.Open(path, TimeSpan.FromMilliseconds(50)));
        Assert.Equal(PerfmonReason.Busy, refused.Reason);
        using var accepted = listener.Accept();
        Assert.Equal(0, accepted.Receive(new byte[10]));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    public void Where_nobody_listens_that_is_said(string name)
    {
        var path = name.Length == 0 ? new string('p', 300) : Path.Combine(_folder, name);
        Assert.Equal(PerfmonReason.NoSuchTarget, Assert.Throws<PerfmonException>(() => QmpConnection.Open(path)).Reason);
    }

    [Fact]
    public void Sockets_are_those_that_the_process_listens_at_and_that_are_called_monitors()
    {
        using var host = new FakeHost();
        host.Process(42, "vmm", "socket:[100]", "socket:[101]", "socket:[102]", "socket:[104]");
        host.File("proc/42/net/unix", """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000000087f389be: 00000002 00000000 00010000 0001 01   100 /run/vm one/qmp.sock
            0000000087f389be: 00000002 00000000 00010000 0001 01   101 /run/serial.sock
            0000000087f389be: 00000003 00000000 00000000 0001 03   102 /run/qmp-accepted
            0000000087f389be: 00000002 00000000 00010000 0001 01   103 /run/qmp-of-another
            0000000087f389be: 00000002 00000000 00010000 0001 01   104 @qmp-abstract
            """);
        Assert.Equal(["/run/vm one/qmp.sock"], QmpSockets.Find(host.Roots, 42));
        Assert.Empty(QmpSockets.Find(host.Roots, 43));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Socket Listen(out string path)
    {
        path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return listener;
    }

    // The first answer comes unasked, the others to a line each; then it hangs up.
    private string Serve(bool inPieces, params string[] answers)
    {
        var listener = Listen(out var path);
        _ = Task.Run(() =>
        {
            using (listener)
            {
                using var client = listener.Accept();
                try
                {
                    for (var i = 0; i < answers.Length; i++)
                    {
                        if (i > 0 && client.Receive(new byte[1000]) == 0)
                        {
                            return;
                        }

                        foreach (var piece in Encoding.UTF8.GetBytes(answers[i]).Chunk(inPieces ? 7 : 1 << 20))
                        {
                            client.Send(piece);
                        }
                    }
                }
                catch (SocketException)
                {
                    // The other side had enough.
                }
            }
        });
        return path;
    }
}
