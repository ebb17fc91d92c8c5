using System.Net;
using System.Net.Sockets;

namespace Clients.Tests;

/// <summary>Serves the files of a folder, as any static file server does, and those of another one below /other/.</summary>
internal sealed class StaticFiles : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;
    private readonly string? _other;

    internal StaticFiles(string folder, string? other = null)
    {
        (_folder, _other) = (folder, other);
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Url { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).TrimStart('/');
            var file = _other is not null && path.StartsWith("other/", StringComparison.Ordinal)
                ? Path.Combine(_other, path["other/".Length..])
                : Path.Combine(_folder, path.Length == 0 || path.EndsWith('/') ? $"{path}index.html" : path);
            using var response = context.Response;
            response.StatusCode = File.Exists(file) && !path.Contains("..") ? 200 : 404;
            if (response.StatusCode != 200)
                continue;
            response.ContentType = Path.GetExtension(file) switch
            {
                ".html" => "text/html; charset=utf-8", ".mjs" => "text/javascript", ".css" => "text/css", ".json" => "application/json",
                ".wasm" => "application/wasm", _ => "application/octet-stream",
            };
            var bytes = await File.ReadAllBytesAsync(file);
            response.ContentLength64 = bytes.Length;
            await response.OutputStream.WriteAsync(bytes);
        }
    }
}
