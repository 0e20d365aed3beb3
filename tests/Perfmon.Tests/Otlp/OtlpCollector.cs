using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Net;
using System.Net.Sockets;

namespace Perfmon.Tests.Otlp;

/// <summary>A collector of OTLP over HTTP on this machine, which takes what is sent and keeps it.</summary>
internal sealed class OtlpCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly BlockingCollection<OtlpExportRequest> _requests = [];
    private readonly Task _serving;

    /// <param name="status">What it answers.</param>
    public OtlpCollector(int status = 200)
    {
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _serving = Task.Run(() => ServeAsync(status));
    }

    public string Address { get; }

    /// <summary>The port of an address where nobody listens.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>The next request, when it comes.</summary>
    public OtlpExportRequest Next()
    {
        Assert.True(_requests.TryTake(out var request, TimeSpan.FromSeconds(60)), "Nothing was sent.");
        return request;
    }

    /// <summary>The requests that have come and were not taken.</summary>
    public IReadOnlyList<OtlpExportRequest> Rest()
    {
        var rest = new List<OtlpExportRequest>();
        while (_requests.TryTake(out var request))
        {
            rest.Add(request);
        }

        return rest;
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
        _requests.Dispose();
    }

    private async Task ServeAsync(int status)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _requests.Add(new OtlpExportRequest(
                    context.Request.HttpMethod, context.Request.Url!.AbsolutePath, context.Request.Headers, new OtlpMessage(body.ToArray())));
                context.Response.StatusCode = status;
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // It is closed.
        }
    }
}

/// <summary>What was sent.</summary>
internal sealed record OtlpExportRequest(string Method, string Path, NameValueCollection Headers, OtlpMessage Message);
