namespace MLSeqGraph.Experiments;

/// <summary>A stream to write to that remembers whether the disk failed, whatever its user makes of that.</summary>
internal sealed class OutputStream(Stream inner) : Stream
{
    /// <summary>What a write failed with; null while all went well.</summary>
    internal IOException? Error { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => Watch(() => inner.SetLength(value));

    public override void Flush() => Watch(inner.Flush);

    public override void Write(byte[] buffer, int offset, int count) => Watch(() => inner.Write(buffer, offset, count));

    private void Watch(Action write)
    {
        try
        {
            write();
        }
        catch (IOException error)
        {
            Error = error;
            throw;
        }
    }
}
