using System.Security.Cryptography;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>A job's files on this machine: at their path, or in a cache under their digests.</summary>
internal sealed class JobFiles(StudyDatabase database, string cache)
{
    private const int PartSize = 8 << 20;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(30) };

    /// <summary>The digest of a file where a job is handed over; one that is shipped is stored.</summary>
    /// <exception cref="IOException">It can't be read, or isn't at its address.</exception>
    internal async Task<string> HandOver(JobFile file, CancellationToken cancel)
    {
        if (!file.IsAddress && !File.Exists(file.Location))
            throw new FileNotFoundException($"There is no file '{file.Location}'; expected one that the experiment reads.", file.Location);
        var digest = file.IsAddress ? Path.GetFileName(await Download(file.Location, null, cancel)) : DigestOf(file.Location);
        if (file.IsShipped)
            Ship(file.IsAddress ? Cached(digest) : file.Location, digest);
        return digest;
    }

    /// <summary>The path of a file with the bytes that it had where the job was handed over.</summary>
    /// <exception cref="ClusterException">This machine can't get at it.</exception>
    internal async Task<string> Find(JobFile file, string digest, CancellationToken cancel)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
            throw new ClusterException($"The job's file '{file.Location}' has the digest '{digest}'; expected 64 digits of SHA-256.");
        if (File.Exists(Cached(digest)))
            return Cached(digest);
        var here = !file.IsAddress && File.Exists(file.Location) ? DigestOf(file.Location) : null;
        if (here == digest)
            return file.Location;
        if (file.IsAddress)
            return await Download(file.Location, digest, cancel);
        if (Fetch(digest) is { } fetched)
            return fetched;
        throw new ClusterException((here is null ? $"There is no file '{file.Location}' on this machine"
            : $"The file '{file.Location}' of this machine has the digest {here[..12]} and the job's has {digest[..12]}")
            + "; expected the same file at that path, or a job that ships it.");
    }

    private string Cached(string digest) => Path.Combine(cache, digest);

    private void Ship(string path, string digest) => database.Run(transaction =>
    {
        if (Convert.ToInt64(transaction.Scalar("SELECT COUNT(*) FROM cluster_files WHERE digest = @digest", ("digest", digest)), null) > 0)
            return;
        using var file = File.OpenRead(path);
        var buffer = new byte[PartSize];
        var part = 0;
        for (int read; (read = file.ReadAtLeast(buffer, PartSize, throwOnEndOfStream: false)) > 0 || part == 0; part++)
            transaction.Execute("INSERT INTO cluster_files (digest, part, content) VALUES (@digest, @part, @content)",
                ("digest", digest), ("part", part), ("content", buffer[..read]));
    });

    // Null where it wasn't shipped.
    private string? Fetch(string digest)
    {
        var parts = database.Run(transaction => Convert.ToInt32(transaction.Scalar("SELECT COUNT(*) FROM cluster_files WHERE "
            + "digest = @digest", ("digest", digest)), null));
        if (parts == 0)
            return null;
        return Store(digest, "The database", stream =>
        {
            for (var part = 0; part < parts; part++)
                stream.Write(database.Run(transaction => (byte[])transaction.Scalar("SELECT content FROM cluster_files WHERE "
                    + "digest = @digest AND part = @part", ("digest", digest), ("part", part))!));
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    private async Task<string> Download(string address, string? digest, CancellationToken cancel)
    {
        try
        {
            return await Store(digest, address, async to =>
            {
                await using var from = await Http.GetStreamAsync(new Uri(address), cancel);
                await from.CopyToAsync(to, cancel);
            });
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"'{address}' can't be downloaded: {error.Message}", error);
        }
    }

    // Whole or not at all, and only if the bytes are those expected.
    private async Task<string> Store(string? digest, string source, Func<Stream, Task> write)
    {
        Directory.CreateDirectory(cache);
        var temporary = Path.Combine(cache, $".{Guid.NewGuid():N}");
        try
        {
            await using (var to = File.Create(temporary))
                await write(to);
            var found = DigestOf(temporary);
            if (digest is not null && found != digest)
                throw new ClusterException($"{source} gave a file with the digest {found[..12]}; expected the job's, {digest[..12]}.");
            File.Move(temporary, Cached(found), overwrite: true);
            return Cached(found);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The SHA-256 digest of a file, in lower case.</summary>
    internal static string DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant();
    }
}
