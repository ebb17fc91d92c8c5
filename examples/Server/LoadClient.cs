using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Server;

/// <summary>
/// A connection that sends prepared requests and reads answers, and does nothing else: <see cref="HttpClient"/> takes longer for a request
/// than the server, and would be what a load test on one machine measures.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly IPEndPoint _server;
    private byte[] _buffer = new byte[16384];

    internal LoadClient(Uri server) => _server = new(IPAddress.Parse(server.Host), server.Port);

    /// <summary>The bytes of a request.</summary>
    internal static byte[] Request(Uri server, string path, byte[] json) =>
    [
        .. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {json.Length}\r\n\r\n"), .. json,
    ];

    /// <summary>Sends a request and reads the answer, which is valid until the next.</summary>
    /// <exception cref="IOException">The connection ended, or what came is no answer.</exception>
    internal async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> SendAsync(byte[] request)
    {
        try
        {
            if (!_socket.Connected)
                await _socket.ConnectAsync(_server);
            for (var sent = 0; sent < request.Length;)
                sent += await _socket.SendAsync(request.AsMemory(sent));
            for (var filled = 0; ;)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
                if (read == 0)
                    throw new IOException("The connection ended before the answer.");
                filled += read;
                if (Body(filled) is { } body)
                    return (Status(), body);
                if (filled == _buffer.Length)
                    Array.Resize(ref _buffer, 2 * filled);
            }
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private int Status() => int.Parse(_buffer.AsSpan("HTTP/1.1 ".Length, 3));

    // Null until it is whole.
    private ReadOnlyMemory<byte>? Body(int filled)
    {
        var answer = _buffer.AsSpan(0, filled);
        if (answer.IndexOf("\r\n\r\n"u8) is not (>= 0 and var end))
            return null;
        var name = "\r\nContent-Length: "u8;
        if (answer[..end].IndexOf(name) is not (>= 0 and var at))
            throw new IOException("The answer doesn't say its length.");
        var number = answer[(at + name.Length)..];
        var (length, from) = (int.Parse(number[..number.IndexOf((byte)'\r')]), end + 4);
        return filled >= from + length ? _buffer.AsMemory(from, length) : null;
    }

    public void Dispose() => _socket.Dispose();
}
