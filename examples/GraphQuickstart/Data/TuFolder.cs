using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder with a graph classification set of the TU collection in one text file, and <c>folds.tsv</c>, which numbers the test folds
/// from 1.
/// </summary>
internal static class TuFolder
{
    internal static string? Find(string folder) => File.Exists(Path.Combine(folder, "folds.tsv"))
        ? Directory.GetFiles(folder).FirstOrDefault(file => Path.GetFileName(file) != "README.txt"
            && (file.EndsWith(".txt", StringComparison.Ordinal) || file.EndsWith(".txt.gz", StringComparison.Ordinal)))
        : null;

    internal static IDataView Load(MLContext ml, string file)
    {
        var graphs = ml.Data.LoadTuGraphs(file, Path.Combine(Path.GetDirectoryName(file)!, "folds.tsv"));
        return ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(graphs).Transform(graphs);
    }
}
