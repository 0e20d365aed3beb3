using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Perfmon.Tests.Otlp;

/// <summary>
/// A collector of OTLP over gRPC on this machine, for one connection: as much of HTTP/2 (RFC 9113) as one request after the other takes.
/// </summary>
internal sealed class GrpcCollector : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte Ack = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    // Of a gRPC message: whether it is compressed, and its length.
    private const int MessageHeader = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public GrpcCollector()
    {
        _listener.Start();
        Messages = Task.Run(Serve);
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>What was called and sent, once the connection is over.</summary>
    public Task<List<(string Called, OtlpMessage Message)>> Messages { get; }

    public void Dispose() => _listener.Dispose();

    private List<(string Called, OtlpMessage Message)> Serve()
    {
        using var client = _listener.AcceptTcpClient();
        using var stream = client.GetStream();
        var messages = new List<(string, OtlpMessage)>();
        stream.ReadExactly(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]);
        Write(stream, Settings, 0, 0, []);
        var (called, body) = ("", new MemoryStream());
        var header = new byte[9];
        while (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            stream.ReadExactly(payload);
            var (type, flags, id) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
            switch (type)
            {
                case Settings or Ping when (flags & Ack) == 0:
                    Write(stream, type, Ack, 0, type == Ping ? payload : []);
                    break;
                case Headers:
                    called = Encoding.Latin1.GetString(payload);
                    break;
                case Data:
                    body.Write(payload);
                    if (payload.Length > 0)
                    {
                        Write(stream, WindowUpdate, 0, 0, BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(payload.Length)));
                    }

                    if ((flags & EndStream) != 0)
                    {
                        messages.Add((called, new OtlpMessage(body.ToArray()[MessageHeader..])));
                        body = new MemoryStream();

                        // :status 200 is number 8 of HPACK's table; the others are literals.
                        Write(stream, Headers, EndHeaders, id, [0x88, .. Literal("content-type", "application/grpc")]);
                        Write(stream, Data, 0, id, new byte[MessageHeader]);
                        Write(stream, Headers, EndHeaders | EndStream, id, Literal("grpc-status", "0"));
                    }

                    break;
            }
        }

        return messages;
    }

    private static byte[] Literal(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static void Write(Stream stream, byte type, byte flags, int id, byte[] payload) =>
        stream.Write([(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id, .. payload]);
}
