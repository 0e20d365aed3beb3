using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// A connection to QEMU's machine protocol: a greeting, <c>qmp_capabilities</c>, then commands with an answer each, lines of JSON all of them, with events between. Nothing
/// is written before the other side has greeted: it may be a guest's serial line. What it says is not trusted: lines have a greatest length, and all an end.
/// </summary>
internal sealed class QmpConnection : IDisposable
{
    private const int LongestLine = 4 << 20;
    private const int MostEvents = 10_000;

    private readonly Socket _socket;
    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly ArrayBufferWriter<byte> _received = new();
    private int _consumed;

    private QmpConnection(Socket socket, string path, TimeSpan patience) => (_socket, _path, _patience) = (socket, path, patience);

    /// <summary>How long an answer is waited for.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Connects and negotiates.</summary>
    /// <exception cref="PerfmonException">Nobody listens there, nobody answers, or what answers is no QMP monitor.</exception>
    public static QmpConnection Open(string path, TimeSpan? patience = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var connection = new QmpConnection(socket, path, patience ?? DefaultPatience);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            using (var greeting = connection.ReadObject("greeting", Stopwatch.GetTimestamp()))
            {
                if (!greeting.RootElement.TryGetProperty("QMP", out _))
                {
                    throw QmpErrors.Garbled(path, $"It greeted with {HostReader.Quote(greeting.RootElement.GetRawText())}");
                }
            }

            connection.Execute("qmp_capabilities").Dispose();
            return connection;
        }
        catch (Exception failure)
        {
            connection.Dispose();
            throw failure switch
            {
                PerfmonException => failure,
                SocketException refused => QmpErrors.CannotConnect(path, refused.Message),
                ArgumentException wrong => QmpErrors.CannotConnect(path, wrong.Message),
                _ => failure,
            };
        }
    }

    /// <summary>Carries out a command. The answer's <c>return</c> is under this name in what it gives back.</summary>
    /// <exception cref="PerfmonException">The monitor refuses, does not answer, or answers something else.</exception>
    public JsonDocument Execute(string command, Action<Utf8JsonWriter>? arguments = null)
    {
        var began = Stopwatch.GetTimestamp();
        Send(command, arguments);
        for (var events = 0; events < MostEvents; events++)
        {
            var answer = ReadObject(command, began);
            if (answer.RootElement.TryGetProperty("return", out _))
            {
                return answer;
            }

            using (answer)
            {
                if (answer.RootElement.TryGetProperty("error", out var error))
                {
                    throw QmpErrors.Refused(_path, command, error.ValueKind == JsonValueKind.Object && error.TryGetProperty("desc", out var why) ? HostReader.Quote(why.ToString()) : "error");
                }

                if (!answer.RootElement.TryGetProperty("event", out _))
                {
                    throw QmpErrors.Garbled(_path, $"It answered {command} with {HostReader.Quote(answer.RootElement.GetRawText())}");
                }
            }
        }

        throw QmpErrors.Garbled(_path, $"It sent {MostEvents} events in place of an answer to {command}");
    }

    public void Dispose() => _socket.Dispose();

    private void Send(string command, Action<Utf8JsonWriter>? arguments)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command);
            if (arguments is not null)
            {
                writer.WriteStartObject("arguments");
                arguments(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        line.Write("\r\n"u8);
        try
        {
            _socket.SendTimeout = (int)_patience.TotalMilliseconds;
            for (var rest = line.WrittenSpan; rest.Length > 0;)
            {
                rest = rest[_socket.Send(rest)..];
            }
        }
        catch (SocketException)
        {
            throw QmpErrors.Silent(_path, command, _patience);
        }
    }

    private JsonDocument ReadObject(string command, long began)
    {
        var line = ReadLine(command, began);
        try
        {
            var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw QmpErrors.Garbled(_path, $"It answered {command} with {HostReader.Quote(Encoding.UTF8.GetString(line.Span))}");
    }

    private ReadOnlyMemory<byte> ReadLine(string command, long began)
    {
        while (true)
        {
            var pending = _received.WrittenMemory[_consumed..];
            if (pending.Span.IndexOf((byte)'\n') is >= 0 and var end)
            {
                _consumed += end + 1;
                return pending[..end].ToArray();
            }

            if (pending.Length > LongestLine)
            {
                throw QmpErrors.Garbled(_path, $"It answered {command} with a line of more than {LongestLine} bytes");
            }

            Compact(pending);
            Receive(command, _patience - Stopwatch.GetElapsedTime(began));
        }
    }

    private void Compact(ReadOnlyMemory<byte> pending)
    {
        if (_consumed > 0)
        {
            var rest = pending.ToArray();
            _received.ResetWrittenCount();
            _received.Write(rest);
            _consumed = 0;
        }
    }

    private void Receive(string command, TimeSpan left)
    {
        if (left <= TimeSpan.Zero || !_socket.Poll(left, SelectMode.SelectRead))
        {
            throw QmpErrors.Silent(_path, command, _patience);
        }

        int read;
        try
        {
            read = _socket.Receive(_received.GetSpan(1 << 16));
        }
        catch (SocketException failure)
        {
            throw QmpErrors.CannotConnect(_path, failure.Message);
        }

        if (read == 0)
        {
            throw QmpErrors.Garbled(_path, $"It hung up before it answered {command}");
        }

        _received.Advance(read);
    }
}
