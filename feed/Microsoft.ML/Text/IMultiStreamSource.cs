namespace Microsoft.ML.Data;

/// <summary>Streams as the source of a loader, numbered from zero.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}
