using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class DataLoaderExtensions
{
    /// <summary>The rows of files.</summary>
    public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path) =>
        loader.Load(new MultiFileSource(path));
}
